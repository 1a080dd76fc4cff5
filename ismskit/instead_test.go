package ismskit

import (
	"context"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
)

// twoOfOneName is a directory in which the second of two namesakes is away.
type twoOfOneName struct{ Directory }

func (twoOfOneName) Deputies(_ context.Context, person string, _ time.Time, _ directory.Scope) ([]directory.Deputy, error) {
	if person != "P32" {
		return nil, nil
	}
	return []directory.Deputy{{Holder: directory.Holder{Person: "P12", Name: "范語彤"}, Order: 1, Reason: "公假"}}, nil
}

func (twoOfOneName) ActingFor(context.Context, string, time.Time) ([]directory.Principal, error) {
	return nil, nil
}

// Two colleagues of one name hold the same task; the list says which of them is away.
func TestOfTwoNamesakesTheOneWhoIsAwayHasTheDeputy(t *testing.T) {
	s := &standins{k: &Kit{directory: twoOfOneName{}}, asked: map[string][]directory.Deputy{}}
	found, err := s.of(t.Context(), TaskRow{Applicant: "P13"}, taskBody{Holders: []string{"陳怡君", "陳怡君"}, People: []string{"P31", "P32"}})
	if err != nil || len(found) != 1 || found[0].At != 1 || found[0].Person != "P32" || found[0].Deputy.Name != "范語彤" {
		t.Errorf("%+v, %v", found, err)
	}
}
