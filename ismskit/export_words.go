package ismskit

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// valueWords gathers how what a case holds is read by people, for the page in the bundle:
// the trail has periods by their days and options by their keys. They are those of the
// last entry with values that the bundle has the content of, by the names it has for them;
// hidden is what its reader must not see of each.
func (b *bundling) valueWords(ctx context.Context, c *caseInHand, rows []TrailEntry, hidden [][]string) error {
	values := lastValues(rows, hidden)
	if len(values) == 0 {
		return nil
	}
	k := b.e.k
	lookup, err := k.Types().Options(ctx, b.actor, Preview{}, c.kind.form.Needs(c.values))
	if err != nil {
		return err
	}
	words := map[string]string{}
	for _, v := range values {
		text := ""
		if field, path := c.kind.leafField(v.Name); field.OptionsFrom != nil {
			text = optionWords(v.Value, ownerOptions(*field.OptionsFrom, v.Name, values, lookup), b.x.Imprint.Lang)
		} else {
			text = c.kind.form.FormatPlain(path, v.Value, forms.Locale{Lang: b.x.Imprint.Lang, Location: k.location})
		}
		if plain, _ := v.Value.(string); text != "" && text != plain {
			words[v.Name] = text
		}
	}
	if len(words) > 0 {
		maps.Copy(b.wordsOf(chainOf(c.row.ID)), words)
	}
	return nil
}

// lastValues are those of the last entry that has some, where the bundle has its content.
func lastValues(rows []TrailEntry, hidden [][]string) []NamedValue {
	for i, row := range slices.Backward(rows) {
		if row.Payload == nil || len(hidden[i]) > 0 && says(row, hidden[i]) {
			continue
		}
		if e, err := parseEvent(row.Payload); err == nil && len(e.Values) > 0 {
			return e.Values
		}
	}
	return nil
}

// leafField is the field that a leaf is of, and its path: field/KEY, row/TABLE/ROW/COLUMN.
func (kd *kind) leafField(name string) (forms.Field, string) {
	parts := strings.Split(name, "/")
	field, _ := fieldNamed(kd.Form.Fields, parts[min(1, len(parts)-1)])
	if len(parts) != 4 {
		return field, field.Key
	}
	column, _ := columnNamed(field, parts[3])
	return column, field.Key + "." + column.Key
}

// ownerOptions are the options of a register's row that stands beside the leaf.
func ownerOptions(from forms.OptionsFrom, name string, values []NamedValue, lookup forms.Lookup) []forms.Option {
	need, ok := ownerOf(from, name, values)
	if !ok {
		return nil
	}
	options, _ := lookup.Options(need)
	return options
}

// ownerOf is the row of a register that stands beside the leaf and owns its options.
func ownerOf(from forms.OptionsFrom, name string, values []NamedValue) (forms.Need, bool) {
	if need, rows := from.Rows(); rows {
		return need, true
	}
	beside := name[:strings.LastIndexByte(name, '/')+1] + from.Of
	for _, other := range []string{beside, "field/" + from.Of} {
		i := slices.IndexFunc(values, func(v NamedValue) bool { return v.Name == other })
		if i < 0 {
			continue
		}
		if ref, ok := values[i].Value.(map[string]any); ok {
			id, _ := ref["id"].(string)
			return forms.Need{Kind: forms.NeedOptions, List: from.Register, ID: id, Field: from.List}, true
		}
	}
	return forms.Need{}, false
}

// optionWords are the labels of chosen options; one that is there no more keeps its key.
func optionWords(value any, options []forms.Option, lang string) string {
	keys, _ := value.([]any)
	if one, ok := value.(string); ok {
		keys = []any{one}
	}
	var out []string
	for _, key := range keys {
		text, _ := key.(string)
		if i := slices.IndexFunc(options, func(o forms.Option) bool { return o.Key == text }); i >= 0 {
			text = options[i].Label.In(lang)
		}
		out = append(out, text)
	}
	return strings.Join(out, say(lang, "comma", nil))
}
