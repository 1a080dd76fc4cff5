package catalog

import (
	"embed"
	"fmt"
	"path"

	"github.com/ismskit/ismskit/ismskit"
)

//go:embed data
var files embed.FS

// Types returns the ready-made form types, children after their parents.
func Types() ([]ismskit.Type, error) {
	entries, err := files.ReadDir("data/types")
	if err != nil {
		return nil, err
	}
	types := make([]ismskit.Type, 0, len(entries))
	for _, e := range entries {
		b, err := files.ReadFile(path.Join("data/types", e.Name()))
		if err != nil {
			return nil, err
		}
		t, err := ismskit.ParseType(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		types = append(types, t)
	}
	return types, nil
}
