package record_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/record"
)

var taipei = time.FixedZone("Asia/Taipei", 8*3600)

func day(y int, m time.Month, d, hour int) time.Time {
	return time.Date(y, m, d, hour, 0, 0, 0, taipei)
}

func TestU12_YearChange(t *testing.T) {
	tests := []struct {
		name      string
		submitted time.Time
		want      int
	}{
		{"sent in the new year", day(2027, time.January, 2, 9), 116},
		{"sent on the last evening", day(2026, time.December, 31, 23), 115},
		{"sent at one in the morning, still the old year in UTC", day(2027, time.January, 1, 1).UTC(), 116},
		{"a draft", time.Time{}, 0},
	}
	for _, test := range tests {
		if got := record.WorkingYear(test.submitted, taipei); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func TestStatesHaveWords(t *testing.T) {
	states := []string{record.StateDraft, record.StateInReview, record.StateConsulting, record.StateHandling, record.StateAsking, record.StateOutside,
		record.StateConfirming, record.StateReading, record.StateRunning, record.StateSuspended, record.StateReturned,
		record.StateApproved, record.StateClosed, record.StateLapsed, record.StateUnanswered, record.StateRejected, record.StateUnable, record.StateWithdrawn,
		record.StateVoid, record.StateWaiting, record.StateCurrent, record.StateSuperseded, record.StateStopped, record.StateRetired, record.StateKept, record.StateRetracted}
	for _, s := range states {
		for _, lang := range []string{"zh-TW", "en"} {
			if record.Word(s, lang) == s {
				t.Errorf("%s has no word in %s", s, lang)
			}
		}
	}
	if got := record.Word(record.StateReturned, "zh-CN"); got != "退回補正" {
		t.Errorf("another Chinese falls back to zh-TW, got %s", got)
	}
}

func TestStateFollowsThePlaceOfTheCase(t *testing.T) {
	tests := []struct{ phase, kind, outcome, want string }{
		{"draft", "", "", record.StateDraft},
		{"running", "review", "", record.StateInReview},
		{"running", "handle", "", record.StateHandling},
		{"running", "question", "", record.StateAsking},
		{"running", "confirm", "", record.StateConfirming},
		{"running", "attest", "", record.StateConfirming},
		{"running", "accept", "", record.StateConfirming},
		{"running", "", "", record.StateRunning},
		{"returned", "", "", record.StateReturned},
		{"closed", "", "lapsed", record.StateLapsed},
		{"closed", "confirm", "lapsed", record.StateLapsed},
		{"closed", "handle", "lapsed", record.StateUnanswered},
		{"closed", "", "rejected", record.StateRejected},
		{"closed", "confirm", "done", record.StateClosed},
	}
	for _, test := range tests {
		if got := record.StateOf(test.phase, test.kind, test.outcome); got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

// What looks for the cases that go on looks for these states.
func TestOpenStatesAreThoseOfWhatGoesOn(t *testing.T) {
	for _, phase := range []string{"draft", "running", "returned", "suspended", "closed"} {
		for _, kind := range []string{"", "review", "approve", "consult", "handle", "question", "confirm", "attest", "accept", "read"} {
			goesOn := phase != "draft" && phase != "closed"
			if state := record.StateOf(phase, kind, ""); slices.Contains(record.OpenStates(), state) != goesOn {
				t.Errorf("%s at %q: %s", phase, kind, state)
			}
		}
	}
}
