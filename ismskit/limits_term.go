package ismskit

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// outlasts says why an option cannot be asked for during a period: it goes on for
// longer than the option is given for, or for ever where it is given for a time
// only. A period and an option that a case on its way was sent with stay.
func (l *limits) outlasts(n forms.Need, option string, p forms.Period) (forms.Text, string, bool) {
	item, timed := l.terms[n][option]
	if !timed || slices.Contains(l.kept[n], option) && slices.Contains(l.sent, p) {
		return nil, "", false
	}
	if item.Longest.IsZero() {
		if !p.Open {
			return nil, "", false
		}
		return sayAll("option.period", func(lang string) map[string]string { return map[string]string{"item": item.Label.In(lang)} }), "open", true
	}
	params := func(lang string) map[string]string {
		return map[string]string{"item": item.Label.In(lang), "term": termText(lang, item.Longest)}
	}
	if p.Open {
		return sayAll("option.without_end", params), "open", true
	}
	if p.From.IsZero() || p.To.IsZero() {
		return nil, "", false
	}
	last := lastDay(p.From, item.Longest)
	if !p.To.After(last) {
		return nil, "", false
	}
	return sayAll("option.longest", func(lang string) map[string]string {
		all := params(lang)
		all["last"] = forms.Locale{Lang: lang}.Day(last)
		return all
	}), "to", true
}

// lastDay is the last day of a period that begins on from and takes a term: one year
// from 115.12.01 ends on 116.11.30.
func lastDay(from calendar.Date, term calendar.Term) calendar.Date {
	switch term.Unit {
	case calendar.Years:
		return from.AddMonths(12 * term.N).AddDays(-1)
	case calendar.Months:
		return from.AddMonths(term.N).AddDays(-1)
	case calendar.Weeks:
		return from.AddDays(7*term.N - 1)
	}
	return from.AddDays(term.N - 1)
}

// termText is a term in words: 1 年, 6 months.
func termText(lang string, term calendar.Term) string {
	key := fmt.Sprintf("term.%s", term.Unit)
	if term.N == 1 {
		key += ".one"
	}
	return say(lang, key, map[string]string{"n": strconv.Itoa(term.N)})
}

// periodsIn are the periods in a form's values.
func periodsIn(values forms.Values) []forms.Period {
	var out []forms.Period
	for _, v := range values {
		switch v := v.(type) {
		case forms.Period:
			out = append(out, v)
		case []forms.Row:
			for _, row := range v {
				out = append(out, periodsIn(row)...)
			}
		}
	}
	return out
}
