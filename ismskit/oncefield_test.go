package ismskit_test

import (
	"sync"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Of several who report the same original lost in the same instant one is heard; the others are
// told that it is reported.
func TestOneOfSeveralRequestsAboutTheSameIsSent(t *testing.T) {
	for range 5 {
		o := paperOffice(t, nil)
		entered, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P13", Values: o.onPaper(o.reserve(1)[0].Number), Submit: true})
		if err != nil {
			t.Fatal(err)
		}
		reports := make([]forms.Values, 8)
		for i := range reports {
			reports[i] = forms.Values{
				"original": ref("originals", entered.Case), "found_on": calendar.Date{Year: 2026, Month: 11, Day: 23},
				"search": "鐵櫃 A-3 及移交清冊均查無", "copy": []forms.File{o.scan("P10")},
			}
		}
		start, got := make(chan struct{}), make([]error, len(reports))
		var all sync.WaitGroup
		for i, values := range reports {
			all.Go(func() {
				<-start
				_, got[i] = o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "original_lost", Values: values, Submit: true})
			})
		}
		close(start)
		all.Wait()
		sent := 0
		for _, err := range got {
			if err == nil {
				sent++
			}
		}
		if sent != 1 {
			t.Fatalf("%d were sent: %v", sent, got)
		}
	}
}
