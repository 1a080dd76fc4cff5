package register

import (
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Backwards says at the field of a list's end that it is before the beginning, by which a row would
// never be in force; before is what is stored, and what stands so already is no new mistake. Apply does
// not ask: what ends a row before it began, as an effect may, ends it.
func (r *Registry) Backwards(list string, before, now forms.Values) forms.Invalid {
	l, ok := r.lists[list]
	if !ok || l.From == "" || l.To == "" || !backwards(now[l.From], now[l.To]) || before[l.From] == now[l.From] && before[l.To] == now[l.To] {
		return nil
	}
	from, _ := l.form.Field(l.From)
	to, _ := l.form.Field(l.To)
	text := forms.Text{}
	for lang := range texts("period_backwards", nil) {
		text[lang] = texts("period_backwards", map[string]string{"from": from.Label.In(lang), "to": to.Label.In(lang)})[lang]
	}
	return forms.Invalid{{Field: l.To, Code: "period_backwards", Label: to.Label, Text: text}}
}

func backwards(from, to any) bool {
	switch from := from.(type) {
	case calendar.Date:
		to, ok := to.(calendar.Date)
		return ok && to.Before(from)
	case time.Time:
		to, ok := to.(time.Time)
		return ok && to.Before(from)
	}
	return false
}
