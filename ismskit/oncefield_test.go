package ismskit_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/storage/memory"
)

// lost are as many reports as asked for that the original of one record entered on paper is lost.
func (o *office) lost(n int) []forms.Values {
	o.t.Helper()
	entered, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P13", Values: o.onPaper(o.reserve(1)[0].Number), Submit: true})
	if err != nil {
		o.t.Fatal(err)
	}
	out := make([]forms.Values, n)
	for i := range out {
		out[i] = forms.Values{
			"original": ref("originals", entered.Case), "found_on": calendar.Date{Year: 2026, Month: 11, Day: 23},
			"search": "鐵櫃 A-3 及移交清冊均查無", "copy": []forms.File{o.scan("P10")},
		}
	}
	return out
}

func (o *office) report(values forms.Values) error {
	_, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "original_lost", Values: values, Submit: true})
	return err
}

func eachPaperOffice(t *testing.T, story func(t *testing.T, s *beforeWriting, o *office)) {
	with := func(t *testing.T, store ismskit.Store) {
		s := &beforeWriting{Store: store}
		story(t, s, paperOffice(t, s))
	}
	t.Run("memory", func(t *testing.T) { with(t, memory.New()) })
	onDatabases(t, with)
}

// Whoever is heard between another's look and his writing is heard alone: the other is told that
// it is reported.
func TestARequestAboutTheSameThatComesFirstIsSentAlone(t *testing.T) {
	eachPaperOffice(t, func(t *testing.T, s *beforeWriting, o *office) {
		reports := o.lost(2)
		s.do = func() {
			if err := o.report(reports[0]); err != nil {
				t.Errorf("who came first: %v", err)
			}
		}
		var twice forms.Invalid
		if err := o.report(reports[1]); !errors.As(err, &twice) || twice[0].Field != "original" {
			t.Errorf("who came second: %v", err)
		}
		if s.do != nil {
			t.Error("nobody came first")
		}
	})
}

// Of several who report the same original lost in the same instant one is heard; the others are
// told that it is reported.
func TestOneOfSeveralRequestsAboutTheSameIsSent(t *testing.T) {
	eachPaperOffice(t, func(t *testing.T, _ *beforeWriting, o *office) {
		for range 3 {
			reports := o.lost(8)
			start, got := make(chan struct{}), make([]error, len(reports))
			var all sync.WaitGroup
			for i, values := range reports {
				all.Go(func() {
					<-start
					got[i] = o.report(values)
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
	})
}
