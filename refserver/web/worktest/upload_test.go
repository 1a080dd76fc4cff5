package worktest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// fileNamed is a file to attach.
func fileNamed(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const pdf = "%PDF-1.7 1\n%%EOF"

// A clerk picks the next file while the first is on its way, twice over: all are taken in, one
// after another, and none is asked for once more.
func TestFilesChosenWhileAnotherIsOnItsWay(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	_, slow, line := slowHouse(t)
	p := browsertest.Start(t).Open(t, slow, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	release := line.hold("form")
	p.Attach("#f-attachments", fileNamed(t, "派令.txt", "派令"))
	<-line.came
	again := line.hold("form")
	p.Attach("#f-attachments", fileNamed(t, "佐證.txt", "申請緣由"))
	release()
	<-line.came
	p.Attach("#f-attachments", fileNamed(t, "名單.txt", "收發窗口名單"))
	again()
	p.Wait(`[value="remove-part:attachments.2"]`)
	for _, name := range []string{"派令.txt", "佐證.txt", "名單.txt"} {
		if n := strings.Count(p.Text("#form .files"), name); n < 1 {
			t.Errorf("%s is not among the files: %s", name, p.Text("#form .files"))
		}
	}
	if p.Has("#f-attachments-error") || p.Has(`[value="remove-part:attachments.3"]`) {
		t.Errorf("it says %q", p.Text("#form"))
	}
}

// Whoever presses 送出 with a file on its way and another chosen sends both.
func TestWhatIsChosenIsSent(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	h, slow, line := slowHouse(t)
	clerk := h.As(t, "P13")
	draft := clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With(webtest.OneLine("do", "save")...)...).At()
	p := browsertest.Start(t).Open(t, slow, "/as/P13?next="+draft, browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go(draft)
	release := line.hold("form")
	p.Attach("#f-attachments", fileNamed(t, "派令.txt", "派令"))
	<-line.came
	p.Attach("#f-attachments", fileNamed(t, "佐證.txt", "申請緣由"))
	p.Eval(`document.querySelector('.sendbar [value="submit"]').click()`, nil)
	release()
	p.Wait(".main:not(:has(.sendbar [value=submit])), main:not(:has(.sendbar [value=submit]))")
	sent := clerk.Get(draft)
	for _, name := range []string{"派令.txt", "佐證.txt"} {
		if !strings.Contains(sent.Text, name) {
			t.Errorf("it was sent without %s", name)
		}
	}
}

// The scan of a paper is on its way while its enclosure is chosen: each comes into its own field.
func TestFilesOfTwoFieldsAreOnTheirWay(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	_, slow, line := slowHouse(t)
	p := browsertest.Start(t).Open(t, slow, "/as/P07?next=/apply/account_request_paper", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request_paper")
	release := line.hold("form")
	p.Attach("#f-paper_scan", fileNamed(t, "掃描.pdf", pdf))
	<-line.came
	p.Attach("#f-attachments", fileNamed(t, "附件.txt", "申請緣由"))
	p.Expect("422")
	p.Eval(`document.querySelector('.sendbar [value="submit"]').click()`, nil)
	release()
	p.Wait(".errors")
	var scan, more string
	p.Eval(`document.querySelector('[name^="paper_scan."][name$=".name"], [name="paper_scan.name"]')?.value ?? ""`, &scan)
	p.Eval(`document.querySelector('[name^="attachments."][name$=".name"]')?.value ?? ""`, &more)
	if scan != "掃描.pdf" || more != "附件.txt" {
		t.Errorf("the scan is %q, the enclosure %q", scan, more)
	}
}

// A keeper of papers brings in the online request: until its rows are there nothing is typed over them.
func TestNothingIsTypedOverARequestThatIsBroughtIn(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	h, slow, line := slowHouse(t)
	path := h.Apply(t)
	head := h.As(t, "P04")
	head.Post(path+"/act", head.Get(path).With("do", "to_paper", "comment", "機房停電", "comment.to_paper", "機房停電")...)
	h.Settle(t)
	number := regexp.MustCompile(`IS-04-012-\d+-\d+`).FindString(h.As(t, "P07").Get(path).Text)
	p := browsertest.Start(t).Open(t, slow, "/as/P07?next=/apply/account_request_paper", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request_paper")
	p.Type(`[name="paper_number"]`, number)
	release := line.hold("form")
	p.Eval(`document.querySelector('[value="online"]').click()`, nil)
	<-line.came
	var open bool
	p.Eval(`(() => { const field = document.querySelector('[name="lines.1.system"]'); field.focus(); return document.activeElement === field })()`, &open)
	if open {
		t.Error("the row that the request's is to come into can be filled in meanwhile")
	}
	release()
	p.Wait("[data-told]")
	var system string
	p.Eval(`(() => { const field = document.querySelector('[name="lines.1.system"]'); field.focus(); return document.activeElement === field ? field.value : "it cannot be filled in" })()`, &system)
	if system != "S02" {
		t.Errorf("the first row's system is %q", system)
	}
}

// Who fills in a form by keys goes on at the file that he has just chosen, not past it at the next
// table: a field that takes one file has it where the field was.
func TestTheKeyboardStaysAtAFileThatWasChosen(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	h := webtest.OpenHouse(t)
	p := browsertest.Start(t).Open(t, h.URL, "/as/P13?next=/apply/document_change", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/document_change?op=retire") // what is not asked for is not filled in by pasting either
	var shown int
	if p.Eval(`[...document.querySelectorAll("[data-field][hidden] + .paste")].filter((box) => box.checkVisibility()).length`, &shown); shown != 0 || !p.Has("[data-field][hidden] + .paste") {
		t.Errorf("%d boxes to paste into stand beside tables that do not", shown)
	}
	p.Go("/apply/document_change?op=new")
	p.Attach("#f-file", fileNamed(t, "程序書.md", "# 程序書\n\n壹、目的\n"))
	p.Wait(`[value="remove-part:file"]`)
	var on string
	if p.Eval(`document.activeElement.value`, &on); on != "remove-part:file" {
		t.Errorf("the focus is on %q", on)
	}
	p.Press(kb.Enter)
	p.Wait(`#f-file[type="file"]`)
	if p.Eval(`document.activeElement.id`, &on); on != "f-file" {
		t.Errorf("the file taken away, the focus is on %q", on)
	}
}
