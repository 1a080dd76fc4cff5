package ismskit

import (
	"fmt"

	"github.com/ismskit/ismskit/forms"
)

// Infected refuses an upload in which the Scanner found something.
type Infected struct{ Name, Found string }

// Error names file and finding.
func (i *Infected) Error() string { return fmt.Sprintf("ismskit: %s: %s", i.Name, i.Found) }

// TooLarge refuses an upload of more bytes than Config.MaxUpload.
// errors.Is(err, ErrTooLarge) holds.
type TooLarge struct {
	Name string
	Max  int64
}

// Error names file and limit.
func (t *TooLarge) Error() string { return "ismskit: " + t.Text("en") }

// Unwrap makes it an ErrTooLarge.
func (t *TooLarge) Unwrap() error { return ErrTooLarge }

// Text is the refusal as a sentence for people.
func (t *TooLarge) Text(lang string) string {
	return say(lang, "upload.too_large", map[string]string{"name": t.Name, "max": forms.SizeText(t.Max)})
}

// Untaken refuses an upload for what the file is, whatever form it is for: whoever sends it can save
// it otherwise. Why is one of the constants that begin with Untaken.
type Untaken struct{ Name, Why string }

// Why a file is not taken.
const (
	UntakenEmpty      = "empty"      // there is nothing in it
	UntakenIncomplete = "incomplete" // it is cut off, and proves nothing
	UntakenEncrypted  = "encrypted"  // an office file, ZIP or PDF that opens with a password, which nobody has who is to read it later
	UntakenDoctype    = "doctype"    // an office file whose XML defines entities or draws in what lies elsewhere
	UntakenBomb       = "bomb"       // it unpacks to far more than it is
	UntakenLate       = "late"       // the machine had no time to look at it: nothing is known against it
)

var untakenTexts = map[string]string{
	UntakenEmpty: "upload.empty", UntakenIncomplete: "upload.incomplete", UntakenEncrypted: "upload.encrypted", UntakenDoctype: "upload.doctype", UntakenBomb: "upload.bomb",
	UntakenLate: "upload.late",
}

// Error names the file.
func (u *Untaken) Error() string { return "ismskit: " + u.Text("en") }

// Text is the refusal as a sentence for people.
func (u *Untaken) Text(lang string) string {
	return say(lang, untakenTexts[u.Why], map[string]string{"name": u.Name})
}

// Unscanned refuses an upload that the Scanner could not look at: it is away, or takes
// no file as large. Sent again later it may be kept.
type Unscanned struct {
	Name string
	Err  error
}

// Error names the file and what the Scanner said.
func (u *Unscanned) Error() string { return "ismskit: " + u.Text("en") + " " + u.Err.Error() }

// Unwrap is what the Scanner said.
func (u *Unscanned) Unwrap() error { return u.Err }

// Text is the refusal as a sentence for people.
func (u *Unscanned) Text(lang string) string {
	return say(lang, "upload.unscanned", map[string]string{"name": u.Name})
}
