package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// The entry of a paper may be sent in another window while it is still being checked in this one.
// Whenever that is, nobody is told that it is not there, or not for him.
func TestAnEntryThatIsSentMeanwhileIsThereAllTheSame(t *testing.T) {
	var store *between
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) {
		store = &between{Store: c.Store}
		c.Store = store
	})
	keeper, who := h.As(t, "P07"), ismskit.Actor{Person: "P07"}
	numbers, err := h.Kit.Records().PaperNumbers().Reserve(t.Context(), who, ismskit.Reservation{Type: "account_request", Count: 100, Reason: "機房停電"})
	if err != nil {
		t.Fatal(err)
	}
	late := 0
	for read, number := range numbers {
		const at = "/apply/account_request_paper"
		saved := keeper.SendAs(at, "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", keeper.Get(at).With(append(webtest.OneLine(),
			"do", "save", "paper_number", number.Number, "applicant.find", "鍾明哲", "paper_why", "機房停電",
			"paper_signers.1.signer.find", "邱柏叡", "paper_signers.1.capacity", "單位主管", "paper_signers.1.signed_on", "115.11.23",
			"paper_place", "資訊室鐵櫃 A-3", "paper_keeper.find", "溫佩真")...)...)
		saved.Says(t, http.StatusOK, number.Number)
		id := strings.TrimSuffix(strings.TrimPrefix(saved.At(), "/cases/"), "/edit")
		check := formOf(t, saved, "save").With()
		check[len(check)-1] = "check" // what the page's script asks with
		check = append(check, "touched", "reason")
		store.do = func() {
			// In the server's goroutine, which no test may end.
			if _, err := h.Kit.Act(t.Context(), who, id, ismskit.Action{Verb: workflow.VerbSubmit}); err != nil {
				t.Errorf("sending: %v", err)
			}
		}
		store.left.Store(int64(read + 1))
		got := keeper.Post(saved.At(), check...)
		if store.left.Swap(0) > 0 {
			break // the check was over before
		}
		switch got.StatusCode {
		case http.StatusOK:
		case http.StatusConflict:
			late++
		default:
			t.Errorf("sent before read %d: status %d", read+1, got.StatusCode)
		}
	}
	if late == 0 {
		t.Error("no check was overtaken")
	}
}
