package xlsx

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/forms"
)

// stampName is the property of a workbook that says what it was made for.
const stampName = "ismskit_schema"

// Stamp says which form a workbook was made for.
type Stamp struct{ Schema, Version, Table string }

// String gives "people@1", or "grants/items@2" for a table.
func (s Stamp) String() string { return s.name() + "@" + s.Version }

func (s Stamp) name() string {
	if s.Table == "" {
		return s.Schema
	}
	return s.Schema + "/" + s.Table
}

func stampFor(form *forms.Form, table string) Stamp {
	schema := form.Schema()
	return Stamp{schema.Key, schema.Version, table}
}

// stampOf reads the stamp of a workbook; zero where it has none.
func stampOf(book *excelize.File) (Stamp, error) {
	all, err := book.GetCustomProps()
	if err != nil {
		return Stamp{}, err
	}
	for _, p := range all {
		written, ok := p.Value.(string)
		if p.Name != stampName || !ok {
			continue
		}
		name, version, _ := strings.Cut(written, "@")
		schema, table, _ := strings.Cut(name, "/")
		return Stamp{schema, version, table}, nil
	}
	return Stamp{}, nil
}
