package ismskit_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// What somebody sent before files were held to their names goes on: whoever handles it cannot mend what
// it is called, nor need he who may change the field. A newly attached one is refused.
func TestAFileThatWasSentUnderAFalseNameStopsNobody(t *testing.T) {
	var types []ismskit.Type
	for _, text := range []string{`{
		"key": "repair", "version": "1", "title": {"zh-TW": "報修單"}, "offered": true, "number": {"pattern": "REP-{roc}-{n:3}"},
		"form": {"key": "repair", "version": "1", "title": {"zh-TW": "報修單"}, "fields": [
			{"key": "proof", "type": "files", "label": {"zh-TW": "佐證"}, "required": true},
			{"key": "lines", "type": "table", "label": {"zh-TW": "明細"}, "fields": [{"key": "place", "type": "text", "label": {"zh-TW": "地點"}}]},
			{"key": "result", "type": "text", "label": {"zh-TW": "結果"}, "later": true}]},
		"flow": {"key": "repair", "version": "1", "root": {"sequence": [
			{"step": {"id": "do", "name": {"zh-TW": "處理"}, "kind": "review", "who": [{"kind": "person", "ids": ["P12"]}], "due": {"term": "3wd"}, "edit": ["result"], "require": ["result"]}},
			{"step": {"id": "head", "name": {"zh-TW": "審核"}, "kind": "review", "who": [{"kind": "person", "ids": ["P11"]}], "due": {"term": "3wd"}, "edit": ["proof"]}},
			{"split": {"id": "rows", "name": {"zh-TW": "辦理"}, "over": "lines", "type": "repair_row"}}]}}}`, `{
		"key": "repair_row", "version": "1", "title": {"zh-TW": "報修明細"},
		"form": {"key": "repair_row", "version": "1", "title": {"zh-TW": "報修明細"}, "fields": [
			{"key": "proof", "type": "files", "label": {"zh-TW": "佐證"}}, {"key": "place", "type": "text", "label": {"zh-TW": "地點"}}]},
		"flow": {"key": "repair_row", "version": "1", "child": true, "root": {"sequence": [
			{"step": {"id": "fix", "name": {"zh-TW": "修復"}, "kind": "review", "who": [{"kind": "person", "ids": ["P10"]}], "due": {"term": "3wd"}}}]}}}`} {
		typ, err := ismskit.ParseType([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, typ)
	}
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, types...) })
	upload := func(person, name, text string) forms.File {
		t.Helper()
		f, err := o.kit.Files().Upload(o.ctx, o.as(person), name, reader(text))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	sent := o.open("P13", "repair", forms.Values{"proof": []forms.File{upload("P13", "報告.txt", "一、現象")}, "lines": []forms.Row{{forms.RowID: "a", "place": "機房"}}}, true)
	row := o.stored(sent.Case)
	row.Revision++
	row.Values, row.Extra = bytes.ReplaceAll(row.Values, []byte(".txt"), []byte(".docx")), bytes.ReplaceAll(row.Extra, []byte(".txt"), []byte(".docx"))
	if err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Update(ctx, row, nil, nil) }); err != nil {
		t.Fatal(err)
	}
	o.act("P12", sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"result": "已更換"}})
	o.settle()
	old, _ := o.read("P11", sent.Case).Fields["proof"].([]forms.File)
	if len(old) != 1 || old[0].Name != "報告.docx" {
		t.Fatalf("it was sent with %+v", old)
	}
	approve := func(files ...forms.File) error {
		_, err := o.kit.Act(o.ctx, o.as("P11"), sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"proof": append(old[:1:1], files...)}})
		return err
	}
	refused, _ := errors.AsType[forms.Invalid](approve(upload("P11", "照片.docx", "二、照片")))
	if len(refused) != 1 || refused[0].Code != "file_content" || refused[0].Params["name"] != "照片.docx" {
		t.Errorf("a new one: %v", refused)
	}
	if err := approve(upload("P11", "照片.txt", "二、照片")); err != nil {
		t.Errorf("beside the old one: %v", err)
	}
	o.settle()
	if todo := o.todo("P10"); len(todo) != 1 {
		t.Errorf("its row is with nobody: %+v", todo)
	}
}
