package api_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
)

// The working year of a case and of a document is changed with a reason, which stands on
// the trail, by officers of records alone.
func TestTheWorkingYearIsChanged(t *testing.T) {
	s := openWith(t, memory.New(), func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/reads_all"} })
	id := s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	path := "/cases/" + id
	s.call("qh150013", "POST", path+"/year", object{"year": 116, "reason": "x"}).refused(404, "not_found")
	s.call("qh110004", "POST", path+"/year", object{"year": 0, "reason": ""}).want(422)
	s.call("qh110004", "POST", path+"/year", object{"year": 116, "reason": "屬 116 年度計畫"}).want(204)
	if c := s.call("qh110004", "GET", path, nil).want(200); c.at("year") != 116.0 || c.at("may", "set_year") != true {
		t.Errorf("the case: %v %v", c.at("year"), c.at("may"))
	}
	if trail := s.call("qh150013", "GET", path+"/trail", nil).want(200); !strings.Contains(string(trail.raw), `"verb":"set_year"`) || !strings.Contains(string(trail.raw), `"year":{"from":115,"to":116}`) {
		t.Errorf("the trail: %s", trail.raw)
	}
	if found := s.call("qh150013", "GET", "/records?year=116", nil).want(200); !strings.Contains(string(found.raw), id) {
		t.Errorf("under 116: %s", found.raw)
	}
	doc := s.call("qh110004", "GET", "/documents?limit=1", nil).want(200).text("items", 0, "id")
	s.call("qh150013", "POST", "/documents/"+doc+"/year", object{"year": 104, "reason": "x"}).refused(404, "not_found")
	s.call("qh110004", "POST", "/documents/"+doc+"/year", object{"year": 104, "reason": "屬 104 年度修訂"}).want(204)
	if d := s.call("qh150013", "GET", "/documents/"+doc, nil).want(200); d.at("year") != 104.0 {
		t.Errorf("the document: %v", d.at("year"))
	}
}
