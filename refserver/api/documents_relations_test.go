package api_test

import (
	"testing"
)

// A program of the document controller's numbers documents, relates them, reviews them and says
// whose they are; what somebody else may not read is not told to him in any of it.
func TestADocumentIsRelatedAndReviewedByAProgram(t *testing.T) {
	s := open(t, inMemory(t))
	const controller, clerk, path = "qh110007", "qh150013", "/documents/IS-02-008"
	s.call(controller, "PUT", "/registers/document_numbers/rows/N1", object{"values": object{"pattern": "IS-{level}-{n:3}"}}, "If-None-Match", "*").want(200)
	next := s.call(clerk, "GET", "/document-numbers?level=2", nil).want(200)
	if next.text("items", 0, "pattern") != "IS-{level}-{n:3}" || next.text("items", 0, "number") == "" {
		t.Errorf("%s", next.raw)
	}
	seen := func() string { return s.call(controller, "GET", path, nil).want(200).head.Get("ETag") }
	body := func(with object) object {
		out := object{"number": "IS-02-008", "title": object{"zh-TW": "通訊與作業管理程序書"}, "level": 2, "class": "internal", "unit": "U03", "reason": "補登"}
		for k, v := range with {
			out[k] = v
		}
		return out
	}
	related := func(kind, number string) object {
		return object{"relations": []object{{"kind": kind, "document": number}}}
	}
	s.call(controller, "PUT", path, body(related("references", "IS-99-999")), "If-Match", seen()).refused(422, "relation_unknown")
	s.call(controller, "PUT", path, body(related("supersedes", "IS-02-008")), "If-Match", seen()).refused(422, "relation_self")
	s.call(controller, "PUT", path, body(object{"unit": "", "owner": "某單位"}), "If-Match", seen()).refused(422, "owner_unknown")
	with := related("references", "IS-02-005")
	with["review_months"], with["next_review"] = 24, "2026-12-01"
	put := s.call(controller, "PUT", path, body(with), "If-Match", seen()).want(200)
	if put.text("related", 0, "number") != "IS-02-005" || put.text("unit") != "U03" || put.text("owner") != "資訊室" || put.text("next_review") != "2026-12-01" {
		t.Errorf("%s", put.raw)
	}
	if back := s.call(clerk, "GET", "/documents/IS-02-005", nil).want(200); back.text("related", 0, "number") != "IS-02-008" {
		t.Errorf("%s", back.raw)
	}
	if due := s.call(controller, "GET", "/document-reviews?by=2026-12-01", nil).want(200); due.text("items", 0, "number") == "" {
		t.Errorf("%s", due.raw)
	}
	s.call(clerk, "POST", path+"/review", object{"note": "相符"}, "If-Match", seen()).refused(404, "not_found")
	s.call(controller, "POST", path+"/review", object{"note": "相符"}).refused(428, "if_match_missing")
	done := s.call(controller, "POST", path+"/review", object{"note": "內容與現況相符"}, "If-Match", seen()).want(200)
	if done.text("reviews", 0, "note") != "內容與現況相符" || done.text("next_review") <= "2028" {
		t.Errorf("%s", done.raw)
	}
}
