package api_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// The document controller of another system files what was approved there: on what it
// has read, once, and with files it has sent itself.
func TestAVersionIsFiledByAProgram(t *testing.T) {
	s := open(t, inMemory(t))
	const controller, clerk, versions = "qh110007", "qh150013", "/documents/IS-02-008/versions"
	original := s.call(controller, "POST", "/files?name=IS-02-008.pdf", []byte("%PDF-1.7 original\n%%EOF"), "Content-Type", "application/octet-stream").want(201)
	file := []object{{"name": "IS-02-008.pdf", "digest": original.text("digest"), "main": true}}
	next := object{"version": "1.4", "issued": "2026-11-20", "approver": "資通安全長", "approval_way": "register", "approval_no": "晴民資字第 1150011201 號", "approved": "2026-11-19", "supersedes": "1.3",
		"description": "增列遠距辦公", "next_review": "2027-11-20", "files": file}
	seen := s.call(controller, "GET", "/documents/IS-02-008", nil).want(200).head.Get("ETag")

	s.call(clerk, "POST", versions, next, "If-Match", seen).refused(404, "not_found")
	s.call(controller, "POST", versions, next).refused(428, "if_match_missing")
	s.call(controller, "POST", "/documents/nowhere/versions", next, "If-Match", seen).refused(404, "not_found")
	with := func(key string, v any) object {
		out := object{}
		for k, old := range next {
			out[k] = old
		}
		out[key] = v
		return out
	}
	s.call(controller, "POST", versions, with("version", "1.3"), "If-Match", seen).refused(422, "label_used")
	foreign := []object{{"name": "x.pdf", "digest": strings.Repeat("ab", 32)}}
	s.call(controller, "POST", versions, with("files", foreign), "If-Match", seen).refused(422, "file_gone")

	s.call(controller, "POST", versions, with("files", []object{}), "If-Match", seen).refused(422, "file_needed")

	lacking := with("approved", "")
	lacking["approver"], lacking["files"] = "", []object{}
	delete(lacking, "approved")
	lacks := s.call(controller, "POST", versions, lacking, "If-Match", seen).refused(422, "approver_needed")
	if lacks.text("errors", 1, "field") != "files" || lacks.text("errors", 1, "message") != "請附上本版次的檔案；如不收錄內文，請註明僅列版次" {
		t.Errorf("%s", lacks.raw)
	}
	// What is missing and what is wrong come together, each at its field.
	lacking["version"], lacking["issued"] = "1.2", "2024-01-05"
	wrong := s.call(controller, "POST", versions, lacking, "If-Match", seen).refused(422, "approver_needed")
	for i, field := range []string{"approver", "files", "version", "issued"} {
		if wrong.text("errors", i, "field") != field {
			t.Errorf("%d is not %s: %s", i, field, wrong.raw)
		}
	}
	unnamed := s.call(controller, "POST", versions, object{"version": "", "issued": "2026-11-20", "note": "x", "list_only": true}, "If-Match", seen).refused(422, "way_needed")
	for i, field := range []string{"approval_way", "approver", "version"} {
		if unnamed.text("errors", i, "field") != field {
			t.Errorf("%d is not %s: %s", i, field, unnamed.raw)
		}
	}
	// What was approved outside has a form of its own, and what was signed here nobody has to say.
	s.call(controller, "POST", versions, with("approval_way", "paper"), "If-Match", seen).refused(422, "way_by_letter")
	s.call(controller, "POST", versions, with("approval_way", "case"), "If-Match", seen).want(422)
	if after := s.call(controller, "GET", "/documents/IS-02-008", nil).want(200).head.Get("ETag"); after != seen {
		t.Errorf("a version without a label changed the document: %s, was %s", after, seen)
	}
	unsaid := s.call(controller, "POST", versions, with("supersedes", ""), "If-Match", seen).refused(422, "supersedes")
	if unsaid.text("detail") != "1.3 版將標示為已由 1.4 版取代，請確認" {
		t.Errorf("%s", unsaid.raw)
	}

	filed := s.call(controller, "POST", versions, next, "If-Match", seen, "Idempotency-Key", "edms-77").want(201)
	last := len(filed.at("versions").([]any)) - 1
	if filed.text("current") != "1.4" || filed.text("next_review") != "2027-11-20" || filed.text("title") != "通訊與作業管理程序書" ||
		filed.text("versions", last, "files", 0, "type") != "application/pdf" || filed.text("versions", last-1, "superseded_by") != "1.4" {
		t.Errorf("%s", filed.raw)
	}
	if filed.head.Get("ETag") == seen || !strings.HasPrefix(filed.head.Get("Location"), "/api/v1/documents/") {
		t.Errorf("ETag %s, Location %s", filed.head.Get("ETag"), filed.head.Get("Location"))
	}
	// The answer was lost, and the program sends it again.
	again := s.call(controller, "POST", versions, next, "If-Match", seen, "Idempotency-Key", "edms-77").want(201)
	if len(again.at("versions").([]any)) != last+1 || again.head.Get("ETag") != filed.head.Get("ETag") {
		t.Errorf("sent again: %s", again.raw)
	}
	s.call(controller, "POST", versions, with("version", "1.5"), "If-Match", filed.head.Get("ETag"), "Idempotency-Key", "edms-77").refused(422, "key_reused")
	stale := s.call(controller, "POST", versions, with("version", "1.5"), "If-Match", seen).refused(412, "changed")
	if !strings.Contains(stale.text("detail"), "目前最近一版為 1.4") || stale.at("revision") != filed.at("revision") {
		t.Errorf("stale: %s", stale.raw)
	}

	document := with("number", "is-03-099")
	delete(document, "supersedes")
	document["version"], document["title"], document["level"], document["class"] = "1.0", object{"zh-TW": "遠距辦公說明書"}, 3, "internal"
	begun := s.call(controller, "POST", "/documents", document, "Idempotency-Key", "edms-78").want(201)
	if twice := s.call(controller, "POST", "/documents", document, "Idempotency-Key", "edms-78").want(201); twice.text("id") != begun.text("id") {
		t.Errorf("filed twice: %s and %s", begun.text("id"), twice.text("id"))
	}
	s.call(controller, "POST", "/documents", document).refused(422, "number_taken")
	document["number"], document["title"] = "IS-03-098", object{"zh-TW": strings.Repeat("字", 200), "en": strings.Repeat("a", 201)}
	if long := s.call(controller, "POST", "/documents", document).refused(422, "request"); long.text("errors", 0, "field") != "title.en" || long.text("errors", 0, "message") != "最多 200 個字元。" {
		t.Errorf("%s", long.raw)
	}
	document["title"] = object{"zh-TW": strings.Repeat("字", 200)}
	document["class"] = "limited"
	if unknown := s.call(controller, "POST", "/documents", document).refused(422, "class_unknown"); unknown.text("errors", 0, "field") != "class" || !strings.Contains(unknown.text("errors", 0, "message"), "internal 內部使用") {
		t.Errorf("a class that is not on the list: %s", unknown.raw)
	}
	s.call(controller, "PUT", "/registers/classes/rows/limited", object{"values": object{"name": "限閱", "place": 25, "readers": "named"}}, "If-None-Match", "*").want(200)
	s.call(controller, "POST", "/documents", document).want(201)
	if newest := s.call(clerk, "GET", "/version-check?number=IS-03-099&version=1.0", nil).want(200); newest.at("items", 0, "newest") != true {
		t.Errorf("%s", newest.raw)
	}
}

// The day was wrong: the program takes its version back before it comes, and files it again.
func TestAVersionIsWithdrawnByAProgram(t *testing.T) {
	s := open(t, inMemory(t))
	const controller, clerk, at = "qh110007", "qh150013", "/documents/IS-02-008/versions"
	head := s.call(controller, "GET", "/documents/IS-02-008", nil).want(200).head.Get("ETag")
	version := object{"version": "1.4", "issued": "2027-12-15", "approver": "資通安全長", "approval_way": "register", "approval_no": "IS-04-001-115-0001", "supersedes": "1.3", "list_only": true}
	filed := s.call(controller, "POST", at, version, "If-Match", head).want(201).head.Get("ETag")
	why := object{"reason": "發行日誤繕"}
	s.call(clerk, "POST", at+"/1.4/withdraw", why, "If-Match", filed).refused(404, "not_found")
	s.call(controller, "POST", at+"/1.4/withdraw", why).refused(428, "if_match_missing")
	s.call(controller, "POST", at+"/1.4/withdraw", why, "If-Match", head).refused(412, "changed")
	s.call(controller, "POST", at+"/1.4/withdraw", object{"reason": ""}, "If-Match", filed).refused(422, "reason_needed")
	s.call(controller, "POST", at+"/1.3/withdraw", why, "If-Match", filed).refused(422, "withdraw_current")
	gone := s.call(controller, "POST", at+"/1.4/withdraw", why, "If-Match", filed, "Idempotency-Key", "edms-80").want(200)
	last := len(gone.at("versions").([]any)) - 1
	if gone.text("current") != "1.3" || gone.text("versions", last, "state") != "withdrawn" || gone.text("versions", last, "withdrawn", "reason") != "發行日誤繕" || gone.head.Get("ETag") == filed {
		t.Errorf("%s", gone.raw)
	}
	s.call(controller, "POST", at+"/1.4/withdraw", why, "If-Match", filed, "Idempotency-Key", "edms-80").want(200)
	twice := s.call(controller, "POST", at+"/1.4/withdraw", why, "If-Match", gone.head.Get("ETag")).refused(422, "withdrawn_before")
	if !strings.Contains(twice.text("detail"), "撤回") {
		t.Errorf("%s", twice.raw)
	}
	version["issued"] = "2026-12-15"
	again := s.call(controller, "POST", at, version, "If-Match", gone.head.Get("ETag")).want(201)
	if again.text("versions", last, "state") != "withdrawn" || again.text("versions", last+1, "state") != "waiting" || again.text("versions", last+1, "version") != again.text("versions", last, "version") {
		t.Errorf("%s", again.raw)
	}
}

// An embedder shows, keeps or converts what the pages print.
func TestPrintsAreFilesCompleteInThemselves(t *testing.T) {
	s := open(t, inMemory(t))
	const clerk = "qh150013"
	sent := s.sent(clerk, line("S01", "folder_write", "P13", "qh150013"))
	for path, words := range map[string][]string{
		"/cases/" + sent + "/print":               {"權限帳號申請單", "鍾明哲", "qh150013"},
		"/documents/IS-02-008/versions/1.3/print": {"IS-02-008", "示範改寫本，非核定文件"},
		"/documents/IS-02-008/versions/1.0/print": {"舊版，已由 1.1 版取代"},
		"/types/account_request/blank":            {"權限帳號申請單", "IS-04-012"},
	} {
		a := s.call(clerk, "GET", path, nil).want(200)
		body := string(a.raw)
		for _, want := range append(words, "<!doctype html>", "@page") {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q", path, want)
			}
		}
		if strings.Contains(body, "<script") || strings.Contains(body, "<link") || !strings.HasPrefix(a.head.Get("Content-Type"), "text/html") ||
			!strings.Contains(a.head.Get("Content-Security-Policy"), "sandbox") || !strings.Contains(a.head.Get("Content-Disposition"), ".html") {
			t.Errorf("%s: %v", path, a.head)
		}
	}
	s.call("qh170018", "GET", "/cases/"+sent+"/print", nil).refused(404, "not_found")
	s.call(clerk, "GET", "/documents/IS-02-008/versions/9.9/print", nil).refused(404, "not_found")
	s.call(clerk, "GET", "/documents/IS-04-055/versions/1.0/print", nil).refused(404, "not_found") // 密
	s.call(clerk, "GET", "/types/grant_closure/blank", nil).refused(404, "not_found")
	s.call("", "GET", "/types/account_request/blank", nil).refused(401, "token")
	form, err := s.kit.Documents().Get(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, "IS-04-012")
	if err == nil {
		err = s.kit.Documents().End(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, ismskit.DocumentEnd{Document: form.ID, Reason: "改用他表", Seen: form.Revision})
	}
	if err != nil {
		t.Fatal(err)
	}
	s.call(clerk, "GET", "/types/account_request/blank", nil).refused(409, "read_only") // it was abolished
}

// What is said of a document is corrected with a reason, by who controls documents, and its
// former number is found still.
func TestADocumentIsCorrectedByAProgram(t *testing.T) {
	s := open(t, inMemory(t))
	const controller, clerk, at = "qh110007", "qh150013", "/documents/IS-02-008"
	seen := s.call(controller, "GET", at, nil).want(200).head.Get("ETag")
	body := object{"number": "IS-02-108", "title": object{"zh-TW": "通訊及作業管理程序書"}, "level": 2, "class": "internal", "owner": "資訊室", "reason": "名稱誤繕"}
	s.call(clerk, "PUT", at, body, "If-Match", seen).refused(404, "not_found")
	s.call(controller, "PUT", at, body).refused(428, "if_match_missing")
	s.call(controller, "PUT", at, object{"number": "IS-02-108", "title": object{"zh-TW": "x"}, "level": 2, "class": "internal", "reason": "　"}, "If-Match", seen).refused(422, "correction_reason")
	after := s.call(controller, "PUT", at, body, "If-Match", seen).want(200)
	if after.text("number") != "IS-02-108" || after.text("title") != "通訊及作業管理程序書" || after.text("current") != "1.3" {
		t.Errorf("%s", after.raw)
	}
	s.call(controller, "PUT", at, body, "If-Match", seen).want(412)
	if found := s.call(clerk, "GET", at, nil).want(200); found.text("number") != "IS-02-108" {
		t.Errorf("by its former number: %s", found.raw)
	}
}
