package register

import (
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Cells are a row's fields, or a table row's, for Go code that knows what they
// are. A field that isn't there, or is of another type, reads as empty.
type Cells struct{ values forms.Values }

// Text returns a text, a choice's key, or the name of a reference or person.
func (c Cells) Text(key string) string {
	switch v := c.values[key].(type) {
	case string:
		return v
	case forms.Ref:
		return v.Name
	case forms.Person:
		return v.Name
	}
	return ""
}

func (c Cells) texts(key string) forms.Text {
	t := forms.Text{}
	if s := c.Text(key); s != "" {
		t["zh-TW"] = s
	}
	if s := c.Text(key + "_en"); s != "" {
		t["en"] = s
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// Flag returns a boolean; an unanswered one is false.
func (c Cells) Flag(key string) bool {
	b, _ := c.values[key].(bool)
	return b
}

// Number returns an integer; an unanswered one is 0.
func (c Cells) Number(key string) int64 {
	n, _ := c.values[key].(int64)
	return n
}

// ID returns the id of a reference, unit or person of the directory.
func (c Cells) ID(key string) string {
	switch v := c.values[key].(type) {
	case forms.Ref:
		return v.ID
	case forms.Person:
		return v.ID
	}
	return ""
}

// IDs returns the ids of one or several references or people, or chosen keys.
func (c Cells) IDs(key string) []string {
	switch v := c.values[key].(type) {
	case []forms.Ref:
		ids := make([]string, len(v))
		for i, ref := range v {
			ids[i] = ref.ID
		}
		return ids
	case []forms.Person:
		var ids []string
		for _, p := range v {
			if p.ID != "" {
				ids = append(ids, p.ID)
			}
		}
		return ids
	case []string:
		return v
	}
	if id := c.ID(key); id != "" {
		return []string{id}
	}
	return nil
}

// Rows returns the rows of a table in order.
func (c Cells) Rows(key string) []Cells {
	rows, _ := c.values[key].([]forms.Row)
	out := make([]Cells, len(rows))
	for i, row := range rows {
		out[i] = Cells{row}
	}
	return out
}

// Span returns the time between two fields (date or date_time), as Row.From and
// Row.To have it: dates are whole days of office, the last included.
func (c Cells) Span(from, to string, office *time.Location) (start, end time.Time) {
	switch v := c.values[from].(type) {
	case calendar.Date:
		start = v.Start(office)
	case time.Time:
		start = v
	}
	switch v := c.values[to].(type) {
	case calendar.Date:
		end = v.AddDays(1).Start(office)
	case time.Time:
		end = v
		if local := v.In(office); local.Hour() == 23 && local.Minute() == 59 {
			end = calendar.DateOf(local).AddDays(1).Start(office)
		}
	}
	return utc(start), utc(end)
}

// utc keeps the zero time zero.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}
