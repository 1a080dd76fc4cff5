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
