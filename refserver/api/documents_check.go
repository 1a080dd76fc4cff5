package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// VersionCheck says of one document whether a copy of it is the newest.
type VersionCheck struct {
	ID      string   `json:"id,omitempty"`
	Number  string   `json:"number"`
	Title   string   `json:"title,omitempty"`
	Version string   `json:"version,omitempty" doc:"Of the copy, where the document has or had such a version."`
	Known   bool     `json:"known" doc:"The document has or had that version; of a case, that it is its print."`
	Newest  bool     `json:"newest" doc:"The copy is the version in force; asked by number, unless a notice says that another version of that number was withdrawn; of a case, that nothing was recorded since."`
	Current string   `json:"current,omitempty" doc:"The version in force."`
	Issued  string   `json:"issued,omitempty" format:"date" doc:"Of the version in force."`
	Retired string   `json:"retired,omitempty" format:"date"`
	Closed  bool     `json:"closed,omitempty" doc:"Nothing is told but whether the copy is the newest."`
	Notices []string `json:"notices" nullable:"false" doc:"What stands on every print of the copy's version; and of another version of its number that was withdrawn, the day of issue by which the two are told apart."`
	// Case is set, and nothing else but number, for the print of a case.
	Case *PrintedCase `json:"case,omitempty" doc:"Of the print of a case, asked about by its number and code: what is said of a document does not count."`
}

// PrintedCase says of a print of a case whether it shows what is on record.
type PrintedCase struct {
	Paper   string    `json:"paper,omitempty" enum:"entered,void" doc:"What became of the paper by which the case went on; missing where it is awaited, and of any other case."`
	Again   int       `json:"again,omitempty" doc:"Of a row that was handled once more since: which handling counts in its place, the last that was carried out or could not be."`
	Open    int       `json:"again_under_way,omitempty" doc:"Of a row that is being handled once more: which handling that is, which counts once it is done."`
	Row     int       `json:"row,omitempty" doc:"Which row of the request number it is the print of, from 1; absent of the request itself."`
	Turn    int       `json:"turn,omitempty" doc:"Which handling of that row it is, from 1: a row that was sent back is handled again."`
	Entries int64     `json:"entries" doc:"How many entries its record had when it was printed, with those of its rows."`
	At      time.Time `json:"at" doc:"Of the last of those entries."`
	Later   int64     `json:"later" doc:"How many have been made since."`
	Holds   bool      `json:"holds" doc:"The record holds in itself."`
}

type versionCheckRequest struct {
	Number  string `query:"number" maxLength:"100" doc:"As printed on the copy; former numbers are found too."`
	Version string `query:"version" maxLength:"40"`
	Code    string `query:"code" maxLength:"30" doc:"The check code printed on the copy: it tells versions apart that bore one label, and of a document that the caller may not read whether the copy is the newest."`
	SHA256  string `query:"sha256" maxLength:"200" doc:"Of the file, in hexadecimal; it goes before the number."`
}

type versionCheckAnswer struct {
	Body struct {
		Items []VersionCheck `json:"items" nullable:"false" doc:"None for a copy nobody knows; several where a number was used twice."`
	}
}

func (a *API) checkOperations() {
	add(a, operation{id: "check-version", method: http.MethodGet, path: "/version-check", tag: "documents",
		summary: "Whether a copy is the newest, by number or by the file's digest"}, a.checkVersion)
}

func (a *API) checkVersion(ctx context.Context, in *versionCheckRequest) (*versionCheckAnswer, error) {
	found, err := a.kit.Documents().Check(ctx, actor(ctx), ismskit.Copy{Number: in.Number, Label: in.Version, Code: in.Code, Digest: in.SHA256})
	if err != nil {
		return nil, err
	}
	out := &versionCheckAnswer{}
	out.Body.Items = make([]VersionCheck, len(found))
	for i, c := range found {
		out.Body.Items[i] = versionCheck(c, langOf(ctx))
		if p := c.Case; p != nil {
			out.Body.Items[i].Known, out.Body.Items[i].Newest = true, p.Later == 0
			out.Body.Items[i].Number, out.Body.Items[i].Case = p.Number, &PrintedCase{Paper: paperStates[p.Paper], Again: p.Again.Counts, Open: p.Again.UnderWay, Row: p.Row, Turn: p.Turn, Entries: p.Entries, At: p.At, Later: p.Later, Holds: !p.Broken}
		}
	}
	return out, nil
}

func versionCheck(c ismskit.VersionCheck, lang string) VersionCheck {
	out := VersionCheck{
		ID: c.Document.ID, Number: c.Document.Number, Title: document.TitleIn(c.Title(), lang), Version: c.Version.Label,
		Known: c.Known, Newest: c.Known && c.InForce, Current: c.Current.Label, Issued: c.Current.Issued, Retired: c.Document.Retired, Closed: c.Closed, Notices: []string{},
	}
	for _, n := range document.NoticesIn(c.Notices, lang) {
		out.Notices = append(out.Notices, n.Text(lang))
	}
	return out
}
