package ismskit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// stored is a case's row as the database has it.
func (o *office) stored(id string) ismskit.CaseRow {
	o.t.Helper()
	var row ismskit.CaseRow
	err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Cases().Get(ctx, id)
		row = found
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return row
}

// K15: an administrator who changes what a form says, in the database and past every
// chain, is found by the entry that had sent it.
func TestK15FieldsChangedInTheDatabaseAreFound(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		chain, number, early := o.signedCase()
		id := strings.TrimPrefix(chain, "case/")
		was := o.stored(id).Values
		changed := bytes.Replace(was, []byte("業務需要"), []byte("個人需要"), 1)
		if bytes.Equal(was, changed) {
			t.Fatalf("nothing to change in %s", was)
		}
		o.sql(`UPDATE isms_cases SET form_values = $1 WHERE id = $2`, changed, id)
		o.finds(early, "chain_values_false "+number+" 1")
		o.sql(`UPDATE isms_cases SET form_values = $1 WHERE id = $2`, []byte("{"), id)
		o.finds(early, "case_unreadable "+number+" 0")
		o.sql(`UPDATE isms_cases SET form_values = $1 WHERE id = $2`, was, id)
		if r := o.audit(early); !r.Holds() {
			t.Errorf("put right again: %v", r.Findings)
		}
	})
}

// An entry of the log that can't be read any more is named, with all the rest; who
// asks for the checkpoints or for a bundle still gets them.
func TestK15ALogEntryThatCannotBeReadIsNamed(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		chain, _, early := o.signedCase()
		o.sql(`UPDATE isms_trail SET payload = $1 WHERE chain = 'log' AND seq = 2`, []byte("{"))
		o.finds(early, "chain_malformed  2")
		o.finds(early, "chain_payload_false  2")
		o.checkpoints()
		bundle := o.export("P04", ismskit.Export{Cases: []string{strings.TrimPrefix(chain, "case/")}})
		if r := o.verifyBundle(bundle); r.Cases == 0 {
			t.Errorf("the bundle: %v", r.Findings)
		}
	})
}

// otherBlobs gives another content for what was uploaded, or nothing.
type otherBlobs struct {
	ismskit.Blobs
	content string
}

func (b *otherBlobs) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	switch b.content {
	case "":
		return b.Blobs.Open(ctx, digest)
	case "lost":
		return nil, ismskit.ErrNotFound
	}
	return io.NopCloser(strings.NewReader(b.content)), nil
}

func TestAFileThatIsNotTheOneThatWasSentIsFound(t *testing.T) {
	o := openOffice(t, nil)
	blobs := &otherBlobs{Blobs: memory.NewBlobs()}
	o.extend(func(c *ismskit.Config) {
		c.Blobs, c.Types, c.Signer = blobs, append(c.Types, paperType(t)), aKey(t, "isms.example")
	})
	f, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "公文.txt", reader("核准"))
	if err != nil {
		t.Fatal(err)
	}
	o.open("P13", "paper", forms.Values{"subject": "附件", "paper": f}, true)
	for content, want := range map[string]string{"": "", "駁回": "attachment_changed", "lost": "attachment_lost"} {
		blobs.content = content
		var got []string
		for _, f := range o.audit().Findings {
			got = append(got, f.Code)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v", content, got)
		}
	}
}

// Several people export and sign at the same moment: nobody is told of a race that he
// can't know of.
func TestCheckpointsAtTheSameMomentAllSucceed(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	sent := o.apply("P13", threeRows())
	o.settle()
	var wg sync.WaitGroup
	failed := make([]error, 6)
	for i := range failed {
		wg.Go(func() {
			if i%2 == 0 {
				_, failed[i] = o.kit.Evidence().Checkpoint(o.ctx, o.as("P05"), "")
				return
			}
			_, failed[i] = o.kit.Evidence().Export(o.ctx, o.as("P13"), ismskit.Export{Cases: []string{sent.Case}})
		})
	}
	wg.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Error(err)
	}
	if r := o.audit(); !r.Holds() || r.Checkpoints != len(failed) {
		t.Errorf("%d checkpoints: %v", r.Checkpoints, r.Findings)
	}
}

// The same verb in the same step is another word for whom the work was given to.
func TestABundleWordsADecisionByHowTheTaskCameToBe(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	o.extend(func(c *ismskit.Config) {
		c.Signer, c.Printer, c.Types = aKey(t, "isms.example"), print.A4{}, append(c.Types, plainType(t))
	})
	id := o.open("P13", "plain", forms.Values{"subject": "交辦"}, true).Case
	o.settle()
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbDelegate, People: []string{"P12"}})
	o.act("P12", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	bundle := o.export("P13", ismskit.Export{Cases: []string{id}, Decision: print.DecisionOf})
	m := manifestOf(t, bundle)
	words := m.Labels["plain@1"]
	own, given := words["verb/approve/head/"], words["verb/approve/head/"+string(workflow.OriginDelegate)]
	if own == "" || given == "" || own == given {
		t.Errorf("the head %q, whom he gave it to %q: %v", own, given, words)
	}
}

// manifestOf reads the manifest of a bundle.
func manifestOf(t *testing.T, bundle []byte) (m evidence.Manifest) {
	t.Helper()
	files, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := files.Open(evidence.ManifestName)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() // only read
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

// Whoever reads a bundle reads what the case's page says: options by their labels, the
// firm of an outsider, the day on which somebody is expected, periods in words; and each
// row's case says which row it is for.
func TestABundleSaysItsContentsInTheWordsOfThePage(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	sent := o.apply("P13", threeRows())
	o.finish(sent.Case)
	for lang, want := range map[string][]string{
		"zh-TW": {"瀚洋資訊", "預計 115.12.01 到職", "115.12.01 至 116.11.30", "一般使用者", "（第 2 列）"},
		"en":    {"瀚洋資訊", "1 Dec 2026", " (row 2)"},
	} {
		m := manifestOf(t, o.export("P13", ismskit.Export{Cases: []string{sent.Case}, Imprint: ismskit.Imprint{Lang: lang}}))
		said := fmt.Sprint(m.Labels["case/"+sent.Case])
		for _, c := range m.Cases {
			said += c.Number + "\n"
		}
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s: %q is not in %s", lang, w, said)
			}
		}
	}
}

func plainType(t *testing.T) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{
		"key": "plain", "version": "1", "title": {"zh-TW": "簽辦"}, "offered": true, "subject": "subject",
		"form": {"key": "plain", "version": "1", "title": {"zh-TW": "簽辦"}, "fields": [
			{"key": "subject", "type": "text", "label": {"zh-TW": "主旨"}, "required": true}]},
		"flow": {"key": "plain", "version": "1", "root": {"step": {"id": "head", "name": {"zh-TW": "主管核准"}, "kind": "approve",
			"who": [{"kind": "person", "ids": ["P11"]}]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// K15: a row's case has its request's number, and is told from it and from the other rows.
func TestK15AFindingNamesTheRow(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		_, _, early := o.signedCase()
		request := o.oneRow()
		child := o.todo("P05")[0].Case
		number := o.stored(request).Number
		o.sql("UPDATE isms_cases SET phase = 'closed' WHERE id = '" + child + "'")
		o.says(early, "案件 "+number+"（第 1 列） 目前儲存的資料", "zh-TW")
		o.says(early, "What is stored of case "+number+" (row 1) ", "en")
		o.sql("UPDATE isms_cases SET phase = 'closed' WHERE id = '" + request + "'")
		o.says(early, "案件 "+number+" 目前儲存的資料", "zh-TW")
		// One that is gone has nothing but its request's number, and without its trail not even that.
		o.sql("UPDATE isms_cases SET phase = 'running' WHERE id = '" + request + "'")
		o.signs("")
		o.sql("DELETE FROM isms_cases WHERE id = '" + child + "'")
		o.says(early, "案件 "+number+"（第 1 列） 的軌跡第 1 筆寫入的資料已不在資料庫中", "zh-TW")
		if said := o.verifyBundle(o.export("P04", ismskit.Export{System: true}), early).Text("zh-TW"); !strings.Contains(said, "檢查點的樹上有 案件 "+number+"（第 1 列）（第 1 筆）") {
			t.Errorf("a bundle doesn't name it: %s", said)
		}
		o.sql("DELETE FROM isms_trail WHERE chain = 'case/" + child + "'")
		o.says(early, "案件 "+number+"（第 1 列） 的軌跡缺少第 1 筆", "zh-TW")
	})
}

// A row that was handled twice and of which one case is gone is told from the other.
func TestK15AFindingNamesWhichTurnOfARowIsGone(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		_, _, early := o.signedCase()
		request := o.oneRow()
		first := o.todo("P05")[0].Case
		o.act("P05", first, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013", "result_note": "已開通"}})
		o.settle()
		o.act("P13", request, ismskit.Action{Verb: workflow.VerbReturn, To: "rows", Comment: "迄日應為 117 年"})
		o.settle()
		second, number := o.todo("P05")[0].Case, o.stored(request).Number
		o.sql("DELETE FROM isms_cases WHERE id = '" + second + "'")
		o.says(early, "案件 "+number+"（第 1 列，第 2 次辦理） 的軌跡第 1 筆寫入的資料已不在資料庫中", "zh-TW")
		o.sql("DELETE FROM isms_cases WHERE id = '" + first + "'")
		o.says(early, "案件 "+number+"（第 1 列） 的軌跡第 2 筆寫入的資料已不在資料庫中", "zh-TW")
	})
}
