package ismskit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/filetext"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// wordFile is a Word file that says something.
func wordFile(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("word/document.xml")
	if err == nil {
		_, err = io.WriteString(f, `<w:document xmlns:w="w"><w:p><w:r><w:t>`+text+`</w:t></w:r></w:p></w:document>`)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// filing is an office whose form 附件登錄 takes files; blobs are where they lie.
func filing(t *testing.T, o *office, blobs ismskit.Blobs) (upload func(name, content string) forms.File) {
	t.Helper()
	typ := paperType(t)
	typ.Form.Fields[1].Type = "files"
	o.extend(func(c *ismskit.Config) { c.Blobs, c.Types = blobs, append(c.Types, typ) })
	return func(name, content string) forms.File {
		t.Helper()
		f, err := o.kit.Files().Upload(o.ctx, o.as("P13"), name, strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
}

// What an attached file says finds its case, two characters of it too, for those who may
// read the case. Until it is read that is said beside it; one that cannot be read says
// why, stops nothing and is not tried for ever.
func TestACaseIsFoundByWhatItsFilesSay(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		upload := filing(t, o, memory.NewBlobs())
		letter := upload("來函.docx", wordFile(t, "匣式磁帶須存放於異地"))
		locked := upload("密.pdf", "%PDF-1.7\ntrailer\n<</Root 1 0 R /Encrypt 2 0 R>>\n%%EOF\n")
		empty := upload("空白.docx", wordFile(t, ""))
		sent := o.open("P13", "paper", forms.Values{"subject": "附件", "paper": []forms.File{letter, locked, empty}}, true)
		for _, w := range o.read("P13", sent.Case).Words {
			if !w.Waits || w.Text("zh-TW") != "等待擷取文字" {
				t.Errorf("before it is read: %+v", w)
			}
		}
		if !o.finds("P13", "磁帶")[sent.Case] || !o.finds("P13", "存放於異地")[sent.Case] || o.finds("P13", "雲端")[sent.Case] {
			t.Error("the case is not found by what its file says")
		}
		if len(o.finds("P12", "磁帶")) != 0 {
			t.Error("a stranger finds it")
		}
		words := o.read("P13", sent.Case).Words
		for digest, want := range map[string]string{letter.Digest: "內容已可搜尋", locked.Digest: "無法擷取文字：檔案設有密碼或使用限制", empty.Digest: "無法擷取文字：檔案內沒有文字，例如圖片或掃描檔"} {
			if got := words[digest].Text("zh-TW"); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
		if words[letter.Digest].Kind != filetext.Docx {
			t.Errorf("%+v", words[letter.Digest])
		}
		// What is done with the case later keeps its words.
		o.act("P11", sent.Case, ismskit.Action{Verb: "approve", Comment: "照辦"})
		if !o.finds("P13", "磁帶")[sent.Case] || !o.finds("P13", "照辦")[sent.Case] {
			t.Error("after it was approved it is found no more")
		}
		if jobs := o.queued(); strings.Contains(jobs, "filewords") {
			t.Errorf("left in the queue: %s", jobs)
		}
	})
}

// queued are the kinds of the jobs that wait, or were given up.
func (o *office) queued() string {
	o.t.Helper()
	var kinds []string
	err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		kinds = nil
		for _, dead := range []bool{false, true} {
			jobs, err := tx.Queue().Jobs(ctx, ismskit.JobQuery{Dead: dead, Limit: 500})
			if err != nil {
				return err
			}
			for _, j := range jobs {
				kinds = append(kinds, j.Kind)
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.Join(kinds, " ")
}

// A document is found by its Word file; one that is classified only by those who may read
// it. A former version is found by its own words.
func TestADocumentIsFoundByItsFile(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		upload := filing(t, o, memory.NewBlobs())
		version := func(label, issued, text string) document.Version {
			f := upload("程序書.docx", wordFile(t, text))
			return document.Version{Label: label, Issued: issued, Description: "修訂", Files: []document.File{{Name: f.Name, MediaType: f.MediaType, Size: f.Size, Digest: f.Digest, Main: true}}}
		}
		title := map[string]string{"zh-TW": "備份程序書"}
		open := o.file(ismskit.Filing{Document: document.Document{Number: "IS-03-001", Title: title, Level: 3}, Version: version("1.0", "2026-01-05", "磁帶輪替")})
		o.file(ismskit.Filing{Document: document.Document{Number: "IS-03-002", Title: title, Level: 3, Class: ismskit.ClassSecret}, Version: version("1.0", "2026-01-05", "金鑰託管")})
		found := func(text string, want int) {
			t.Helper()
			o.settle()
			rows, err := o.kit.Records().Query(o.ctx, o.as("P13"), record.Query{Text: text})
			if err != nil || len(rows) != want {
				t.Errorf("%s: %+v, %v", text, rows, err)
			}
		}
		found("磁帶", 1)
		found("金鑰", 0)
		if rows, err := o.kit.Records().Query(o.ctx, ismskit.System("test"), record.Query{Text: "金鑰"}); err != nil || len(rows) != 1 {
			t.Errorf("who may read everything: %+v, %v", rows, err)
		}
		view, err := o.kit.Documents().Read(o.ctx, o.as("P13"), "IS-03-001", "")
		if err != nil || len(view.Words) != 1 || !view.Words[view.Version.Files[0].Digest].Found {
			t.Errorf("%+v, %v", view.Words, err)
		}
		o.file(ismskit.Filing{Document: document.Document{ID: open, Number: "IS-03-001", Title: title, Level: 3}, Version: version("1.1", "2026-02-05", "雲端快照")})
		found("雲端", 1)
		rows, err := o.kit.Records().Query(o.ctx, o.as("P13"), record.Query{Text: "磁帶"})
		if err != nil || len(rows) != 1 || rows[0].State != string(document.Superseded) {
			t.Errorf("the former version: %+v, %v", rows, err)
		}
	})
}

// What a step hides from somebody, the file in it included, finds nothing.
func TestAFileInAHiddenFieldFindsNothing(t *testing.T) {
	o := openOffice(t, nil)
	typ := paperType(t)
	typ.Flow.Root.Step.Hide = []string{"paper"}
	blobs := memory.NewBlobs()
	o.extend(func(c *ismskit.Config) { c.Blobs, c.Types = blobs, append(c.Types, typ) })
	f, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "來函.docx", strings.NewReader(wordFile(t, "匣式磁帶")))
	if err != nil {
		t.Fatal(err)
	}
	sent := o.open("P13", "paper", forms.Values{"subject": "附件", "paper": f}, true)
	if len(o.finds("P13", "磁帶")) != 0 || len(o.read("P13", sent.Case).Words) != 0 {
		t.Error("a hidden file tells what it says")
	}
}

// away is a place for files that cannot be reached while it is told so.
type away struct {
	*memory.Blobs
	is bool
}

func (b *away) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	if b.is {
		return nil, errShareAway
	}
	return b.Blobs.Open(ctx, digest)
}

// While files cannot be reached their reading is given up after some tries, and the night
// takes it up again. Files that were kept before anybody read any are read by night too.
func TestTheNightReadsFilesThatAreLeft(t *testing.T) {
	o := openOffice(t, nil)
	blobs := &away{Blobs: memory.NewBlobs()}
	upload := filing(t, o, blobs)
	f := upload("來函.docx", wordFile(t, "匣式磁帶"))
	blobs.is = true
	sent := o.open("P13", "paper", forms.Values{"subject": "附件", "paper": []forms.File{f}}, true)
	o.until(o.now.Add(8 * time.Hour))
	if w := o.read("P13", sent.Case).Words; len(w) != 1 || o.finds("P13", "磁帶")[sent.Case] {
		t.Errorf("while the share is away: %+v", w)
	}
	blobs.is = false
	o.until(o.now.Add(24 * time.Hour))
	if !o.finds("P13", "磁帶")[sent.Case] {
		t.Error("the night after has not read it")
	}
	// As an older program left it: neither read nor noted.
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		for list, values := range map[string]any{"file_states": struct{}{}, "file_words": ""} {
			rows, err := tx.Registers().Rows(ctx, register.Query{List: list})
			if err != nil {
				return err
			}
			for _, row := range rows {
				if row.ID == "walk" {
					continue
				}
				b, err := json.Marshal(values)
				if err != nil {
					return err
				}
				row.Revision, row.Values = row.Revision+1, b
				if err := tx.Registers().Put(ctx, row); err != nil {
					return err
				}
			}
		}
		return tx.Records().PutText(ctx, "case/"+sent.Case, "附件")
	})
	if err != nil {
		t.Fatal(err)
	}
	if o.finds("P13", "磁帶")[sent.Case] {
		t.Fatal("the text of before is still there")
	}
	o.until(o.now.Add(24 * time.Hour))
	if !o.finds("P13", "磁帶")[sent.Case] {
		t.Error("a file of before is not read by night")
	}
}

// deadly ends the program that reads a file once it is told so, as far as a test can: its context.
type deadly struct {
	*memory.Blobs
	is     bool
	opened int
}

type bottomless struct{}

var errKilled = errors.New("killed")

func (bottomless) Read([]byte) (int, error) { return 0, errKilled }
func (bottomless) Close() error             { return nil }

func (b *deadly) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	if !b.is {
		return b.Blobs.Open(ctx, digest)
	}
	b.opened++
	return bottomless{}, nil
}

// A file whose reading never comes to an end is given up after three times, whatever the
// queue would still do.
func TestAFileThatEndsItsReaderIsGivenUp(t *testing.T) {
	o := openOffice(t, nil)
	blobs := &deadly{Blobs: memory.NewBlobs()}
	upload := filing(t, o, blobs)
	f := upload("來函.docx", wordFile(t, "匣式磁帶"))
	blobs.is = true
	sent := o.open("P13", "paper", forms.Values{"subject": "附件", "paper": []forms.File{f}}, true)
	o.until(o.now.Add(72 * time.Hour))
	if w := o.read("P13", sent.Case).Words[f.Digest]; w.Reason != ismskit.WordsGivenUp || blobs.opened != 3 {
		t.Errorf("%+v after %d times", w, blobs.opened)
	}
}
