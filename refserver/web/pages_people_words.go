package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// day is the office's day of a moment, zero for none.
func (p *Pages) day(t time.Time) calendar.Date {
	if t.IsZero() {
		return calendar.Date{}
	}
	return calendar.DateOf(t.In(p.location))
}

// written is how this reader's language writes days.
func (p *Pages) written(r *http.Request) dates { return dates{lang: p.lang(r), zone: p.location} }

// dayShort is a day for tables and fields, dayText for sentences, dayWeek with the
// weekday.
func (p *Pages) dayShort(r *http.Request, d calendar.Date) string {
	return orISO(d)(p.written(r).day(d))
}

func (p *Pages) dayText(r *http.Request, d calendar.Date) string {
	return orISO(d)(p.written(r).dayText(d))
}

func (p *Pages) dayWeek(r *http.Request, d calendar.Date) string {
	return orISO(d)(p.written(r).dayWeek(d))
}

// orISO is a day as it was written, or where it could not be as 2026-11-23.
func orISO(d calendar.Date) func(text string, err error) string {
	return func(text string, err error) string {
		if err != nil {
			return d.String()
		}
		return text
	}
}

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

// firstText is the first text that says something.
func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// joined joins the texts that say something.
func joined(separator string, texts ...string) string {
	var said []string
	for _, t := range texts {
		if t != "" {
			said = append(said, t)
		}
	}
	return strings.Join(said, separator)
}

// text is a value of a form that is a text, "" for any other.
func text(v any) string {
	s, _ := v.(string)
	return s
}
