package api_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/storage/memory"
)

// A program learns what a change of a document would touch before it sends the request, and of a version
// that no request issued that nothing was said.
func TestAProgramLearnsWhatAChangeTouches(t *testing.T) {
	s := open(t, memory.New())
	const clerk = "qh150013"
	id := s.call(clerk, "GET", "/documents/IS-02-006", nil).want(200).text("id")
	ahead := s.call(clerk, "POST", "/types/document_change/route", object{"values": object{"op": "revise", "document": id, "bump": "minor"}}).want(200)
	if !strings.Contains(string(ahead.raw), `"kind":"form","name":"IS-04-012 `) || !strings.Contains(string(ahead.raw), `"stays":"1.4"`) {
		t.Errorf("%s", ahead.raw)
	}
	if none := s.call(clerk, "GET", "/documents/IS-02-006/versions/1.4/touches", nil).want(200); none.text("items", 0, "kind") != "" {
		t.Errorf("%s", none.raw)
	}
	s.call(clerk, "GET", "/documents/IS-02-006/versions/9.9/touches", nil).refused(404, "not_found")
	s.call(clerk, "GET", "/documents/IS-99-999/versions/1.0/touches", nil).refused(404, "not_found")
}
