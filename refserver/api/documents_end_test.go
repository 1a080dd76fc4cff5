package api_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// A program stops and retires a document as its controller does on the page: on what it has read,
// and with a reason.
func TestADocumentIsStoppedAndRetiredByAProgram(t *testing.T) {
	s := open(t, inMemory(t))
	const controller, clerk, at = "qh110007", "qh150013", "/documents/IS-02-008"
	seen := s.call(controller, "GET", at, nil).want(200).head.Get("ETag")
	s.call(clerk, "POST", at+"/stop", object{"reason": "誤發"}, "If-Match", seen).refused(404, "not_found")
	s.call(controller, "POST", at+"/stop", object{"reason": "誤發"}).refused(428, "if_match_missing")
	s.call(controller, "POST", at+"/stop", object{"reason": " "}, "If-Match", seen).refused(422, "end_reason")
	stopped := s.call(controller, "POST", at+"/stop", object{"reason": "誤發"}, "If-Match", seen).want(200)
	if stopped.text("current") != "1.2" {
		t.Errorf("%s", stopped.raw)
	}
	s.call(controller, "POST", at+"/retire", object{"reason": "併入他件"}, "If-Match", seen).refused(412, "changed")
	if gone := s.call(controller, "POST", at+"/retire", object{"reason": "併入他件"}, "If-Match", stopped.head.Get("ETag")).want(200); gone.text("state") != "retired" {
		t.Errorf("%s", gone.raw)
	}
	// Whoever reads the document reads who did what, and why.
	acts := s.call(clerk, "GET", at, nil).want(200)
	last := len(acts.at("acts").([]any)) - 1
	for n, want := range map[int][4]string{last: {"retire", "", "併入他件", ""}, last - 1: {"stop", "1.3", "誤發", ""}, 0: {"file", "1.0", "", "初版文件發行"}} {
		is := func(key ...any) string { return acts.text(append([]any{"acts", n}, key...)...) }
		if got := [4]string{is("verb"), is("version"), is("reason"), is("note")}; got != want {
			t.Errorf("act %d: %q", n, got)
		}
		by, ends := is("by", "person"), acts.at("acts", n, "ends") == true
		if n == 0 && (by != ismskit.SystemPerson || ends) || n > 0 && (by != "P07" || !ends) {
			t.Errorf("act %d is by %q, ends %v", n, by, ends)
		}
	}
}
