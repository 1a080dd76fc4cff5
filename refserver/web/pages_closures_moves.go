package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// closurePage is the model of closures_check.html: the second step.
type closurePage struct {
	Withdraws bool
	Action    string
	Button    string
	Lines     []closureLine // what is entered, or taken back
	Hidden    []option
	Moves     ismskit.Moves
	Moved     []moveLine
	More      int
	Posted    map[string]string
	Faults    []faultLink
	Wrong     map[string]string
}

// moveLine is a deadline that moves.
type moveLine struct {
	Case                           string // address, "" where the reader may not open it
	Number, Subject, Step, Holders string
	From, To                       calendar.Date
}

func (p *Pages) moveLines(r *http.Request, m ismskit.Moves) []moveLine {
	var out []moveLine
	for _, l := range m.Lines {
		line := moveLine{Number: ismskit.NumberIn(p.lang(r), l.Number, l.RowNo), Subject: l.Subject, Step: p.in(r, l.Step), Holders: strings.Join(l.Holders, p.text(r, "word.list")), From: l.From, To: l.To}
		if line.Number == "" {
			line.Number = p.in(r, l.Title)
		}
		if l.Case != "" {
			line.Case = "/cases/" + l.Case
		}
		out = append(out, line)
	}
	return out
}

// seenState is the state of the calendar that the preview was of; what is none is none
// that can be in force.
func seenState(r *http.Request) int {
	n, err := strconv.Atoi(r.PostForm.Get("seen"))
	if err != nil {
		return -1
	}
	return n
}
