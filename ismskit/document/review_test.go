package document_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit/document"
)

// A review that changes nothing sets the next within ten years: a document isn't put off for good.
func TestTheNextReviewIsNotPutOffForGood(t *testing.T) {
	lib, _ := procedure(t)
	review := func(next string) error {
		return lib.Review(t.Context(), "D1", document.Reviewed{On: "2026-11-23", By: "文管", Note: "內容與現況相符", Next: next})
	}
	refused(t, review("2036-11-24"), "review_far")
	refused(t, review("9999-12-31"), "review_far")
	must(t, review("2036-11-23"))
}

// A review that is due by the day of issue would be late from the first day; of what is no date, that alone is said.
func TestTheNextReviewIsAfterTheDayOfIssue(t *testing.T) {
	for _, c := range []struct {
		next, issued string
		refused      bool
	}{
		{"2026-11-25", "2026-11-25", true}, {"2026-11-24", "2026-11-25", true}, {"2026-11-26", "2026-11-25", false},
		{"", "2026-11-25", false}, {"2026-11-25", "", false}, {"116.3.2", "2026-11-23", false}, {"2026-11-22", "115.11.23", false},
	} {
		if got := document.ReviewBefore(c.next, c.issued); (len(got) > 0) != c.refused {
			t.Errorf("%s, issued %s: %v", c.next, c.issued, got)
		}
	}
}
