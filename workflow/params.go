package workflow

import (
	"fmt"
	"strings"
)

// params makes the parameters of a problem or refusal from pairs.
func params(pairs ...any) map[string]string {
	m := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = inWords(pairs[i+1])
	}
	return m
}

func inWords(v any) string {
	switch v := v.(type) {
	case []string:
		return strings.Join(v, ", ")
	case error:
		return v.Error()
	}
	return fmt.Sprint(v)
}
