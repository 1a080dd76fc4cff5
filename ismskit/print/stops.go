package print

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// Stops is the ledger of the stopped clock (停止計時) of a case and of its rows: each with
// its period, and who stopped it, why, and by how many working days it put off what is
// due. It is nil where the clock never stood.
func Stops(c ismskit.Case, in forms.Locale) []Fact {
	out := stopsOf("", c.Stops, in)
	for _, child := range c.Rows {
		out = append(out, stopsOf(child.Title, child.Stops, in)...)
	}
	return out
}

func stopsOf(row string, stops []ismskit.ClockStop, in forms.Locale) []Fact {
	var out []Fact
	for _, s := range stops {
		period := say(in.Lang, "stop.since", "from", in.Moment(s.From))
		moved := "stop.moves"
		if !s.To.IsZero() {
			period = in.Moment(s.From) + say(in.Lang, "until") + in.Moment(s.To)
			moved = "stop.moved"
		}
		if s.Workdays == 1 {
			moved += "_one"
		}
		parts := []string{who(s.By), s.Reason, say(in.Lang, moved, "n", strconv.Itoa(s.Workdays))}
		if row != "" {
			parts = append([]string{row}, parts...)
		}
		out = append(out, Fact{Label: period, Text: strings.Join(parts, say(in.Lang, "semicolon"))})
	}
	return out
}
