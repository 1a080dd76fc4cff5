package ismskit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

func TestADoubleClickOpensOneCase(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		open := ismskit.Opening{Type: "account_request", Values: threeRows(), Submit: true, Key: "click"}
		first, err := o.kit.Open(o.ctx, o.as("P13"), open)
		if err != nil {
			t.Fatal(err)
		}
		second, err := o.kit.Open(o.ctx, o.as("P13"), open)
		if err != nil || second.Case != first.Case || !second.Repeated {
			t.Fatalf("second click: %+v %v", second, err)
		}
		other := open
		other.Values = threeRows()
		other.Values["reason"] = "另一件事"
		if _, err := o.kit.Open(o.ctx, o.as("P13"), other); !errors.Is(err, ismskit.ErrKeyReused) {
			t.Errorf("same key, other request: %v", err)
		}
	})
}

func TestAnAnswerLostAfterTheCommitIsGivenAgain(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		sign := ismskit.Action{Verb: workflow.VerbApprove, Key: "sign-1", Revision: sent.Revision}
		first := o.act("P11", sent.Case, sign)
		o.settle() // the case has gone on meanwhile
		again, err := o.kit.Act(o.ctx, o.as("P11"), sent.Case, sign)
		if err != nil || !again.Repeated || again.Revision != first.Revision {
			t.Fatalf("again: %+v %v", again, err)
		}
	})
}

func TestAStaleScreenIsRefusedWithWhatChanged(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		seen := o.read("P11", sent.Case).Revision
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補使用期間"})
		values := threeRows()
		values["reason"] = "業務需要，補充說明"
		o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: values})
		_, err := o.kit.Act(o.ctx, o.as("P11"), sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Revision: seen})
		var conflict *ismskit.Conflict
		if !errors.As(err, &conflict) || len(conflict.Since) != 2 {
			t.Fatalf("stale: %v %+v", err, conflict)
		}
	})
}

func TestNobodyActsOutOfTurn(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		for _, tc := range []struct {
			name, person string
			action       ismskit.Action
			want         error
		}{
			{"a colleague who is no signer", "P12", ismskit.Action{Verb: workflow.VerbApprove}, ismskit.ErrNotFound},
			{"the applicant himself", "P13", ismskit.Action{Verb: workflow.VerbApprove}, workflow.ErrNotAssigned},
			{"a later signer by a copied link", "P05", ismskit.Action{Verb: workflow.VerbRecord, Task: "t2", Result: "opened"}, ismskit.ErrNotFound},
			{"the applicant confirms before the results", "P13", ismskit.Action{Verb: workflow.VerbApprove, Task: "t9"}, workflow.ErrNotOpen},
			{"rejecting without a reason", "P11", ismskit.Action{Verb: workflow.VerbReject}, workflow.ErrReason},
			{"a verb of the system", "P13", ismskit.Action{Verb: workflow.VerbVoid, Comment: "x"}, ismskit.ErrForbidden},
			{"nobody at all", "", ismskit.Action{Verb: workflow.VerbApprove}, ismskit.ErrNotFound},
			{"a person who does not exist", "P99", ismskit.Action{Verb: workflow.VerbApprove}, ismskit.ErrNotFound},
		} {
			_, err := o.kit.Act(o.ctx, o.as(tc.person), sent.Case, tc.action)
			if !errors.Is(err, tc.want) {
				t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
			}
		}
	})
}

// What somebody may not see does not exist for him: the same answer as for a
// case that is not there.
func TestForbiddenAndNotThereAreOneAnswer(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: forms.Values{"subject": "草稿"}})
		if err != nil {
			t.Fatal(err)
		}
		sent := o.apply("P13", threeRows())
		for _, id := range []string{draft.Case, sent.Case, "no-such-case"} {
			_, readErr := o.kit.Case(o.ctx, o.as("P12"), id)
			_, actErr := o.kit.Act(o.ctx, o.as("P12"), id, ismskit.Action{Verb: workflow.VerbComment, Comment: "好奇"})
			_, trailErr := o.kit.Evidence().Trail(o.ctx, o.as("P12"), id)
			_, toldErr := o.kit.Queue().Of(o.ctx, o.as("P12"), id)
			_, routeErr := o.kit.Route(o.ctx, o.as("P12"), ismskit.Preview{Case: id})
			for _, err := range []error{readErr, actErr, trailErr, toldErr, routeErr} {
				if !errors.Is(err, ismskit.ErrNotFound) || errors.Is(err, ismskit.ErrForbidden) {
					t.Errorf("%s: %v", id, err)
				}
			}
		}
		// The officer who may see everything sees the case, but nobody's draft.
		if _, err := o.kit.Case(o.ctx, o.as("P04"), sent.Case); err != nil {
			t.Errorf("officer: %v", err)
		}
		if _, err := o.kit.Case(o.ctx, o.as("P04"), draft.Case); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("officer and a draft: %v", err)
		}
	})
}

// A form refers only to files that its writer uploaded himself.
func TestAFileOfSomebodyElseCannotBeAttachedByItsDigest(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		file, err := o.kit.Files().Upload(o.ctx, o.as("P11"), `..\..\機密.txt`, reader("機密內容"))
		if err != nil {
			t.Fatal(err)
		}
		if file.Name != "機密.txt" || file.MediaType != "text/plain" {
			t.Errorf("kept as %q %q", file.Name, file.MediaType)
		}
		values := threeRows()
		values["attachments"] = []forms.File{file}
		_, err = o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: values, Submit: true})
		var invalid forms.Invalid
		if !errors.As(err, &invalid) || invalid[0].Field != "attachments" {
			t.Fatalf("foreign file: %v", err)
		}
		own, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "到職通知.txt", reader("通知"))
		if err != nil {
			t.Fatal(err)
		}
		values["attachments"] = []forms.File{own}
		sent := o.apply("P13", values)
		if _, r, err := o.kit.Files().Open(o.ctx, o.as("P11"), sent.Case, own.Digest); err != nil {
			t.Errorf("the signer reads it: %v", err)
		} else if err := r.Close(); err != nil {
			t.Error(err)
		}
		if _, _, err := o.kit.Files().Open(o.ctx, o.as("P12"), sent.Case, own.Digest); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("a stranger reads it: %v", err)
		}
		if _, _, err := o.kit.Files().Open(o.ctx, o.as("P13"), sent.Case, file.Digest); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("a digest that is not on the case: %v", err)
		}
	})
}

func TestAnUploadThatIsCutOffOrTooLargeLeavesNothing(t *testing.T) {
	o := openOffice(t, nil)
	if _, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "a.txt", &cutOff{left: 10_000}); !errors.Is(err, errCut) {
		t.Errorf("cut off: %v", err)
	}
	var large *ismskit.TooLarge
	_, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "a.txt", endless{})
	if !errors.Is(err, ismskit.ErrTooLarge) || !errors.As(err, &large) || large.Text("zh-TW") != "「a.txt」超過每檔上限 20 MB，請縮小後重新附上。" {
		t.Errorf("too large: %v", err)
	}
}

// A scan whose saving stopped halfway proves nothing: it is refused by name, with what to
// do, and whoever sent it cannot put it into a form. Saved again it is taken.
func TestAFileWithoutItsEndIsNotTaken(t *testing.T) {
	o := openOffice(t, nil)
	const cut, want = "%PDF-1.7\n1 0 obj\n<< /Type", "「核准公文.pdf」不完整，檔案結尾缺漏，可能未存完或未下載完，未予收存；請重新存檔或下載後重新附上。"
	_, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "核准公文.pdf", reader(cut))
	var incomplete *ismskit.Untaken
	if !errors.As(err, &incomplete) || incomplete.Name != "核准公文.pdf" || incomplete.Text("zh-TW") != want {
		t.Errorf("uploaded: %v", err)
	}
	_, err = o.kit.Files().UploadFor(o.ctx, o.as("P13"), "account_request", "attachments", "核准公文.pdf", reader(cut))
	var invalid forms.Invalid
	if !errors.As(err, &invalid) || invalid[0].Field != "attachments" || invalid[0].Message("zh-TW") != want {
		t.Errorf("for a field: %v", err)
	}
	sum := sha256.Sum256([]byte(cut))
	values := threeRows()
	values["attachments"] = []forms.File{{Name: "核准公文.pdf", Size: int64(len(cut)), Digest: hex.EncodeToString(sum[:]), MediaType: "application/pdf"}}
	if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: values}); !errors.As(err, &invalid) {
		t.Errorf("named in a form all the same: %v", err)
	}
	if f, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "核准公文.pdf", reader(cut+" /Catalog >>\nendobj\n%%EOF\n")); err != nil || f.MediaType != "application/pdf" {
		t.Errorf("saved again: %v", err)
	}
}

// What is a trap for whoever opens it, or opens with a password that nobody has any more in three
// years, is refused by name and cannot be put into a form: the same for its field, and saved
// otherwise it is taken. What is merely broken stops nothing.
func TestATrapIsNotTaken(t *testing.T) {
	o := openOffice(t, nil)
	packed := func(name, text string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for name, text := range map[string]string{"[Content_Types].xml": "<Types/>", name: text} {
			f, err := w.Create(name)
			if err == nil {
				_, err = io.WriteString(f, text)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	word := packed("word/document.xml", "<document/>")
	bomb := func() string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		f, err := w.CreateRaw(&zip.FileHeader{Name: "word/document.xml", Method: zip.Deflate, UncompressedSize64: 600 << 20, CompressedSize64: 4})
		if err == nil {
			_, err = io.WriteString(f, "\x03\x00\x00\x00")
		}
		if err = errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for why, content := range map[string]string{
		ismskit.UntakenDoctype:   packed("word/document.xml", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`),
		ismskit.UntakenBomb:      bomb(),
		ismskit.UntakenEncrypted: encryptedZip(word),
	} {
		_, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "程序書.docx", reader(content))
		untaken, ok := errors.AsType[*ismskit.Untaken](err)
		if !ok || untaken.Why != why || !strings.HasPrefix(untaken.Text("zh-TW"), "「程序書.docx」") {
			t.Fatalf("%s: %v", why, err)
		}
		_, err = o.kit.Files().UploadFor(o.ctx, o.as("P13"), "account_request", "attachments", "程序書.docx", reader(content))
		invalid, ok := errors.AsType[forms.Invalid](err)
		if !ok || invalid[0].Field != "attachments" || invalid[0].Code != "upload."+why || invalid[0].Message("zh-TW") != untaken.Text("zh-TW") {
			t.Errorf("%s, for a field: %v", why, err)
		}
		sum := sha256.Sum256([]byte(content))
		values := threeRows()
		values["attachments"] = []forms.File{{Name: "程序書.docx", Size: int64(len(content)), Digest: hex.EncodeToString(sum[:]), MediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}}
		if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: values}); err == nil {
			t.Errorf("%s: named in a form all the same", why)
		}
	}
	for name, content := range map[string]string{"另存.docx": word, "毀損.docx": packed("word/document.xml", "<document")} {
		if _, err := o.kit.Files().Upload(o.ctx, o.as("P13"), name, reader(content)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// encryptedZip says of each part of a container that it opens with a password.
func encryptedZip(packed string) string {
	out := []byte(packed)
	for at := 0; ; {
		i := bytes.Index(out[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return string(out)
		}
		at += i + 4
		out[at+4] |= 1
	}
}

// An upload that says which field it is for is refused at once where the field
// would not take it, before anything of it is kept.
func TestAnUploadForAFieldIsHeldAgainstTheField(t *testing.T) {
	o := openOffice(t, nil)
	upload := func(field, text string) (forms.File, string) {
		t.Helper()
		f, err := o.kit.Files().UploadFor(o.ctx, o.as("P13"), "account_request", field, "a.pdf", reader(text))
		var invalid forms.Invalid
		switch {
		case err == nil:
			return f, ""
		case !errors.As(err, &invalid) || invalid[0].Field != field:
			t.Fatalf("%s: %v", field, err)
		}
		return f, invalid[0].Message("zh-TW")
	}
	if _, said := upload("attachments", "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"); !strings.Contains(said, "「a.pdf」的內容與檔名不符") {
		t.Errorf("a program: %q", said)
	}
	if _, said := upload("attachments", "只是一段文字"); !strings.Contains(said, "「a.pdf」的內容與檔名不符") {
		t.Errorf("a text under the name of a PDF: %q", said)
	}
	if _, said := upload("attachments", ""); !strings.Contains(said, "a.pdf") {
		t.Errorf("nothing: %q", said)
	}
	if _, said := upload("subject", "%PDF-1.7\n%%EOF"); said != "「權限帳號申請單」沒有可以附檔的欄位「subject」，請確認欄位名稱。" {
		t.Errorf("a field for text: %q", said)
	}
	if f, said := upload("attachments", "%PDF-1.7\n%%EOF"); said != "" || f.MediaType != "application/pdf" {
		t.Errorf("a letter: %+v, %q", f, said)
	}
	if _, err := o.kit.Files().UploadFor(o.ctx, o.as("P13"), "nothing", "attachments", "a.pdf", reader("%PDF-1.7\n%%EOF")); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("a form type that is not there: %v", err)
	}
}

// A system whose administrators are gone is refused at its row, by name; the rest runs.
func TestASystemThatNobodyAdministersCannotBeAskedFor(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.system("S09", "無人管理的系統", "P99", "")
		values := threeRows()
		values["lines"] = []forms.Row{line("row1", "S09", person("P13"))}
		delete(values, "nda")
		_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: values, Submit: true})
		var invalid forms.Invalid
		if !errors.As(err, &invalid) || len(invalid) != 1 || invalid[0].Field != "lines.system" || invalid[0].Row != 1 {
			t.Fatalf("sent without an administrator: %v", err)
		}
		if said := invalid[0].Message("zh-TW"); said != "「無人管理的系統」目前無人可辦「處置」，暫不能申請。請洽資訊單位指定人員，或改選其他項目；內容可先暫存。" {
			t.Errorf("refused with %q", said)
		}
		if len(o.todo("P11")) != 0 {
			t.Error("something was left behind")
		}
		o.apply("P13", threeRows())
	})
}

// A role that is to be told when a step is late, and that nobody holds, is reported
// by the step's name; the type can be sent, for the step itself has its people.
func TestAnEscalationThatNobodyWouldGetIsReported(t *testing.T) {
	o := openOffice(t, nil)
	late := func() (out []ismskit.UnstaffedStep) {
		t.Helper()
		lacks, err := o.kit.Check(o.ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range lacks {
			for _, s := range u.Steps {
				if u.Type == "grant_closure" && s.Escalation {
					out = append(out, s)
				}
			}
		}
		return out
	}
	if got := late(); len(got) != 0 {
		t.Fatalf("with a contact: %+v", got)
	}
	o.leave("P04") // the only one
	got := late()
	if len(got) != 1 || got[0].Name["zh-TW"] == "" || got[0].Who[0].Role != "overdue_contact" || !got[0].Possible {
		t.Fatalf("without: %+v", got)
	}
	if info, _, err := o.kit.Types().Get(o.ctx, ismskit.System("test"), "grant_closure"); err != nil || info.Unstaffed != nil {
		t.Errorf("closures are blocked: %v %v", info.Unstaffed, err)
	}
}

// Whom a type lacks is a warning once the house is at work. Before anything was begun its
// people are still to be entered, which its pages say, and the log does not warn.
func TestAHouseThatHasJustBegunIsNotWarned(t *testing.T) {
	var log bytes.Buffer
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	})
	o.leave("P04")
	check := func() string {
		t.Helper()
		log.Reset()
		if lacks, err := o.kit.Check(o.ctx); err != nil || len(lacks) == 0 {
			t.Fatalf("check: %v, %v", lacks, err)
		}
		return log.String()
	}
	if said := check(); said != "" {
		t.Errorf("before anything was begun: %s", said)
	}
	o.apply("P13", threeRows())
	if said := check(); !strings.Contains(said, "type lacks people") {
		t.Errorf("at work: %q", said)
	}
}

func TestACancelledCallerChangesNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		ctx, cancel := context.WithCancel(o.ctx)
		cancel()
		_, err := o.kit.Open(ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: threeRows(), Submit: true})
		if err == nil {
			t.Fatal("a cancelled request went through")
		}
		if len(o.todo("P11")) != 0 {
			t.Error("something was left behind")
		}
	})
}

// A signer changes nothing that his step does not let him change.
func TestASignerCannotChangeTheRequestHeSigns(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		_, err := o.kit.Act(o.ctx, o.as("P11"), sent.Case, ismskit.Action{
			Verb: workflow.VerbApprove, Values: forms.Values{"reason": "改寫的事由"},
		})
		var invalid forms.Invalid
		if !errors.As(err, &invalid) || invalid[0].Code != "not_editable" {
			t.Fatalf("changed while signing: %v", err)
		}
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.todo("P05")[0].Case
		_, err = o.kit.Act(o.ctx, o.as("P05"), row, ismskit.Action{
			Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"permission": []string{"privileged"}},
		})
		if !errors.As(err, &invalid) || invalid[0].Code != "not_editable" {
			t.Fatalf("the handler widened the permission: %v", err)
		}
	})
}

// Whoever has left the house reads nothing any more, also not what was his own or
// was told him, and learns of no case that it is there.
func TestSomebodyWhoHasLeftReadsNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補使用期間"})
		o.settle()
		if told := o.noticesOf("P13"); len(told) == 0 {
			t.Fatal("he was told nothing while he was here")
		}
		o.leave("P13")
		_, caseErr := o.kit.Case(o.ctx, o.as("P13"), sent.Case)
		_, trailErr := o.kit.Evidence().Trail(o.ctx, o.as("P13"), sent.Case)
		for _, err := range []error{caseErr, trailErr} {
			if !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("he still reads: %v", err)
			}
		}
		if _, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("his list: %v", err)
		}
		_, noticesErr := o.kit.Queue().Notices(o.ctx, o.as("P13"), ismskit.NoticeFilter{})
		_, inboxErr := o.kit.Queue().Inbox(o.ctx, o.as("P13"), ismskit.NoticeFilter{})
		for _, err := range []error{noticesErr, inboxErr} {
			if !errors.Is(err, ismskit.ErrForbidden) {
				t.Errorf("what was told him: %v", err)
			}
		}
		for _, verb := range []workflow.Verb{workflow.VerbSubmit, workflow.VerbWithdraw, workflow.VerbComment, workflow.VerbApprove} {
			for _, id := range []string{sent.Case, "no-such-case"} {
				_, err := o.kit.Act(o.ctx, o.as("P13"), id, ismskit.Action{Verb: verb, Comment: "仍在？"})
				if !errors.Is(err, ismskit.ErrNotFound) || errors.Is(err, ismskit.ErrForbidden) {
					t.Errorf("%s of %s: %v", verb, id, err)
				}
			}
		}
	})
}

// Fields changed in the database behind the Kit's back no longer verify.
func TestAlteredFieldsDoNotVerify(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		if c := o.read("P11", sent.Case); len(c.Faults) != 0 {
			t.Fatalf("before: %v", c.Faults)
		}
		err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			row, err := tx.Cases().Get(ctx, sent.Case)
			if err != nil {
				return err
			}
			row.Revision++
			row.Values = []byte(strings.ReplaceAll(string(row.Values), "業務需要", "另有所圖"))
			return tx.Cases().Update(ctx, row, nil, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		c := o.read("P11", sent.Case)
		if len(c.Faults) != 1 || c.Faults[0].Code != ismskit.ValuesFalse {
			t.Errorf("altered: %v", c.Faults)
		}
	})
}

// A notice that asked for something is gone once it is done; what somebody has
// read stays read when its mail leaves.
func TestANoticeIsGoneWhenItsTaskIsDone(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.settle()
		if n := o.noticesOf("P11"); len(n) != 1 || !n[0].Gone.IsZero() {
			t.Fatalf("on arrival: %+v", n)
		}
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		if n := o.noticesOf("P11"); n[0].Gone.IsZero() {
			t.Error("the notice stays after the signature")
		}
	})
}

// mumStore is one that cannot say, at the moment, what became of requests.
type mumStore struct{ ismskit.Store }

func (s mumStore) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	return s.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, mumTx{tx}) })
}

type mumTx struct{ ismskit.Tx }

func (mumTx) Outcomes() ismskit.Outcomes { return noOutcomes{} }

type noOutcomes struct{ ismskit.Outcomes }

func (noOutcomes) Get(context.Context, string, string) (ismskit.Outcome, bool, error) {
	return ismskit.Outcome{}, false, ismskit.ErrUnavailable
}

// A request is sent again because its answer was lost. Where it cannot be read that it
// was carried out, its sender is told to ask again, and not that it is refused.
func TestARequestWhoseOutcomeCannotBeReadIsAskedAgain(t *testing.T) {
	o := openOffice(t, nil, memo(t, memoFlow))
	id := o.memo()
	sign := ismskit.Action{Verb: workflow.VerbApprove, Key: "once"}
	o.act("P11", id, sign)
	o.extend(func(c *ismskit.Config) { c.Store = mumStore{o.store} })
	if _, err := o.kit.Act(o.ctx, o.as("P11"), id, sign); !errors.Is(err, ismskit.ErrUnavailable) {
		t.Errorf("answered %v", err)
	}
}

// An opinion is a text of the trail: as long as the Kit says, and one that everybody can
// read. What is wrong with it is said in its own words and leaves no trace.
func TestAnOpinionIsATextOfBoundedLength(t *testing.T) {
	o := openOffice(t, nil, memo(t, memoFlow))
	id := o.memo()
	for said, comment := range map[string]string{
		"意見或理由最多 2000 個字，目前 2001 個字，請精簡內容。": strings.Repeat("長", ismskit.MaxComment+1),
		"意見或理由含有無法使用的控制字元，請刪除後重新輸入。":        "同意\x00辦理",
		"意見或理由含有無法辨識的文字（編碼有誤），請刪除後重新輸入。":    "同意\xff辦理",
	} {
		_, err := o.kit.Act(o.ctx, o.as("P11"), id, ismskit.Action{Verb: workflow.VerbApprove, Comment: comment})
		var invalid forms.Invalid
		if !errors.As(err, &invalid) || invalid[0].Field != ismskit.FieldComment || invalid[0].Message("zh-TW") != said {
			t.Errorf("%q: %v", said, err)
		} else if en := invalid[0].Message("en"); !strings.HasPrefix(en, "The opinion or reason ") {
			t.Errorf("in English: %q", en)
		}
	}
	longest := strings.Repeat("長", ismskit.MaxComment-2) + "\n長"
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: " " + strings.ReplaceAll(longest, "\n", "\r\n")})
	trail := o.read("P11", id).Trail
	if last := trail[len(trail)-1]; last.Comment != longest {
		t.Errorf("kept as %.20q", last.Comment)
	}
}
