package forms

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// noEnd are the words for a period without an end, in small letters.
var noEnd = []string{"無期限", "no end date"}

// cellPeriod reads 115.12.01 至 116.11.30, or 115.12.01 無期限（理由）.
func cellPeriod(posted Posted, name, cell string) {
	from, to := cell, ""
	for _, between := range []string{"至", "~", "～", "–", "—", "－", " - ", " to "} {
		if a, b, ok := strings.Cut(cell, between); ok {
			from, to = a, b
			break
		}
	}
	if parts := strings.Split(cell, "-"); len(parts) == 2 && to == "" { // not 2026-12-01
		from, to = parts[0], parts[1]
	}
	for _, words := range noEnd {
		i := strings.Index(strings.ToLower(cell), words)
		if i < 0 {
			continue
		}
		reason := cell[i+len(words):]
		from, to = cell[:i], ""
		posted[name+".open"] = []string{"true"}
		if reason = strings.Trim(reason, "（）() ：:"); reason != "" {
			posted[name+".reason"] = []string{reason}
		}
	}
	clean := strings.NewReplacer("自", "", "起", "", "，", "", ",", "", "止", "")
	posted[name+".from"] = []string{strings.TrimSpace(clean.Replace(from))}
	if to = strings.TrimSpace(clean.Replace(to)); to != "" {
		posted[name+".to"] = []string{to}
	}
}

// NoEnd says whether a cell holds words for no end, with or without a reason behind them.
func NoEnd(cell string) bool {
	cell = strings.ToLower(strings.TrimSpace(cell))
	return slices.ContainsFunc(noEnd, func(words string) bool {
		reason, ok := strings.CutPrefix(cell, words)
		reason = strings.TrimSpace(reason)
		return ok && (reason == "" || slices.ContainsFunc([]string{"(", "（", ":", "："}, func(mark string) bool { return strings.HasPrefix(reason, mark) }))
	})
}

// JoinPeriods puts the two cells of a period into one, as ReadCell reads it: a form shows two boxes for it, and so do most
// sheets. types are those of the columns. What follows is a period's end only where it is a day or says that there is none,
// and where no column of days waits for it.
func JoinPeriods(types, cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" { // a selection may be wider than what stands in it
		cells = cells[:len(cells)-1]
	}
	for i, typ := range types {
		if i+1 >= len(cells) {
			break
		}
		if typ != "period" && typ != "date_range" || !isDay(cells[i]) || !isDay(cells[i+1]) && !NoEnd(cells[i+1]) || digits(cells[i+1]) && !digits(cells[i]) {
			continue
		}
		if i+1 < len(types) && dayColumn(types[i+1]) && len(cells) <= len(types) {
			continue
		}
		between := " 至 "
		if !isDay(cells[i+1]) {
			between = " "
		}
		cells = slices.Concat(cells[:i], []string{strings.TrimSpace(cells[i]) + between + strings.TrimSpace(cells[i+1])}, cells[i+2:])
	}
	return cells
}

func dayColumn(typ string) bool {
	return slices.Contains([]string{"date", "date_time", "date_range", "date_time_range", "period"}, typ)
}

// digits says whether a cell is digits alone: behind a day that is written otherwise it is rather a number of something.
func digits(cell string) bool { return strings.Trim(strings.TrimSpace(cell), "0123456789") == "" }

// isDay says whether a cell was meant as a day, be there such a day or not: what is wrong with it is said where the period
// is filled in.
func isDay(cell string) bool {
	_, err := calendar.ParseDate(strings.TrimSpace(cell))
	return err == nil || calendar.CodeOf(err) != calendar.BadDate
}
