package record

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// MaxText is the size in bytes at which Text stops: what a record is found by is
// its words, not its attachments.
const MaxText = 64 << 10

// Text assembles what a record is found by. A part may be a string, a list or
// plain values, of which every string and whole number counts. Each line of it
// occurs once; control characters become blanks; it ends at MaxText, between
// two lines.
func Text(parts ...any) string {
	b := words{seen: map[string]bool{}}
	for _, part := range parts {
		b.add(part)
	}
	return b.text.String()
}

type words struct {
	text strings.Builder
	seen map[string]bool
}

func (w *words) add(part any) {
	switch part := part.(type) {
	case string:
		w.line(part)
	case []string:
		for _, s := range part {
			w.line(s)
		}
	case []any:
		for _, v := range part {
			w.add(v)
		}
	case map[string]any:
		keys := make([]string, 0, len(part))
		for key := range part {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			w.add(part[key])
		}
	case int64:
		w.line(strconv.FormatInt(part, 10))
	case int:
		w.line(strconv.Itoa(part))
	}
}

func (w *words) line(s string) {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if s == "" || w.seen[s] || w.text.Len()+len(s)+1 > MaxText {
		return
	}
	w.seen[s] = true
	if w.text.Len() > 0 {
		w.text.WriteByte('\n')
	}
	w.text.WriteString(s)
}
