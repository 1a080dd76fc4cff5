package api_test

import (
	"archive/zip"
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// A program finds the lists by which document control and the archive are set, those that its person reads.
func TestAProgramFindsWhatTheArchiveIsSetBy(t *testing.T) {
	s := openWith(t, inMemory(t), func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} })
	keys := func(login string) string {
		var out []string
		for _, one := range list(s.call(login, "GET", "/registers", nil).want(200), "items") {
			out = append(out, one.(map[string]any)["key"].(string))
		}
		return strings.Join(out, " ")
	}
	for _, key := range []string{register.Distributions, register.DocumentNumbers, register.RetentionRules, register.LegalHolds, register.DocumentLoans} {
		if !strings.Contains(keys("qh110007"), key) {
			t.Errorf("whoever looks after it is not told of %s", key)
		}
		if key != register.DocumentNumbers && strings.Contains(keys("qh150013"), key) {
			t.Errorf("a clerk is told of %s", key)
		}
	}
	if !strings.Contains(keys("qh110005"), register.Settings) {
		t.Error("the administrator is not told of the settings")
	}
}

// A program puts what is past its time on a list for disposal, once however often it asks, and has the
// list of documents for paper.
func TestAProgramListsWhatIsPastItsTime(t *testing.T) {
	s := openWith(t, inMemory(t), func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} })
	const keeper, clerk = "qh110007", "qh150013"
	s.call(clerk, "POST", "/retention/list", nil).refused(404, "not_found")
	s.call(keeper, "POST", "/retention/list", nil).want(422) // nothing is past its time
	rule := ismskit.RowChange{List: register.RetentionRules, ID: "K01", Seen: 1, Reason: "測試", Values: forms.Values{"name": "申請表單", "applies": "case", "form_no": "IS-04-*", "keep": "months", "n": int64(1)}}
	_, err := s.kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, rule)
	must(t, err)
	over := s.call(keeper, "GET", "/retention", nil).want(200)
	number := over.text("records", 0, "number")
	begun := s.call(keeper, "POST", "/retention/list", nil, "Idempotency-Key", "list-1").want(201)
	if again := s.call(keeper, "POST", "/retention/list", nil, "Idempotency-Key", "list-1").want(201); again.text("case") != begun.text("case") {
		t.Errorf("%s", again.raw)
	}
	chosen := s.call(keeper, "POST", "/retention/list", map[string]any{"records": []string{over.text("records", 0, "id")}}, "Idempotency-Key", "list-2").want(201)
	if only := string(s.call(keeper, "GET", "/cases/"+chosen.text("case"), nil).want(200).raw); strings.Count(only, `"number":"IS-04-`) != 1 || !strings.Contains(only, `"number":"`+number+`"`) {
		t.Errorf("one was chosen: %s", only)
	}
	s.call(keeper, "POST", "/retention/list", map[string]any{"records": []string{"case/none"}}).want(422)
	s.call(keeper, "POST", "/retention/list", map[string]any{"records": []string{}}).want(422) // nothing chosen is not everything
	ahead := s.call(keeper, "POST", "/types/disposal/route", map[string]any{"values": map[string]any{"basis": "檔案法", "lines": []any{map[string]any{"_row": "r1", "number": number}}}}).want(200)
	if ahead.text("follows", "lines", 0, "record") != "" || ahead.text("follows", "lines", 0, "subject") == "" || ahead.text("follows", "lines", 0, "form") == "" {
		t.Errorf("what follows from a number: %s", ahead.raw)
	}
	draft := s.call(keeper, "GET", "/cases/"+begun.text("case"), nil).want(200)
	if draft.text("phase") != "draft" || number == "" || !strings.Contains(string(draft.raw), `"number":"`+number+`"`) {
		t.Errorf("of %s: %s", number, draft.raw)
	}
	paper := s.call(clerk, "GET", "/document-list/print?on=2026-11-23&level=4", nil, "Accept-Language", "zh-TW").want(200)
	if !strings.Contains(string(paper.raw), "表單一覽表") || !strings.Contains(string(paper.raw), "IS-04-012") || strings.Contains(string(paper.raw), "資通安全政策") {
		t.Errorf("%.400s", paper.raw)
	}
}

// A clause of a Word file is read by a program in its words, however its address is written.
func TestAProgramReadsAClauseOfAWordFile(t *testing.T) {
	s := open(t, inMemory(t))
	const controller, clerk = "qh110007", "qh150013"
	var word bytes.Buffer
	z := zip.NewWriter(&word)
	for name, text := range map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>壹、目的</w:t></w:r></w:p><w:p><w:r><w:t>一、確保資料安全。</w:t></w:r></w:p><w:p><w:r><w:t>二、資訊室每日備份。</w:t></w:r></w:p></w:body></w:document>`,
	} {
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write([]byte(text))
		must(t, err)
	}
	must(t, z.Close())
	file := s.call(controller, "POST", "/files?name=a.docx", word.Bytes(), "Content-Type", "application/octet-stream").want(201)
	s.call(controller, "POST", "/documents", object{
		"number": "IS-03-231", "title": object{"zh-TW": "說明書"}, "level": 3, "class": "internal", "version": "1.0", "issued": "2026-11-23", "approver": "資安長", "approval_way": "register",
		"files": []any{object{"name": "a.docx", "digest": file.text("digest")}},
	}).want(201)
	s.settle()
	for _, at := range []string{"壹二", "壹、二"} {
		clause := s.call(clerk, "GET", "/documents/IS-03-231/clause?at="+url.QueryEscape(at), nil).want(200)
		if clause.text("address") != "壹二" || !strings.Contains(clause.text("text"), "資訊室每日備份") || clause.text("version") != "1.0" {
			t.Errorf("%s", clause.raw)
		}
	}
	s.call(clerk, "GET", "/documents/IS-03-231/clause?at="+url.QueryEscape("壹九"), nil).refused(404, "not_found")
}
