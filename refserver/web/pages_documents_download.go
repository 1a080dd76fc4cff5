package web

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/refserver/answer"
)

// The files of a document, and how they are handed over.

// fileLine is a file one can take away.
type fileLine struct {
	Name, Kind, Size, Href string
	Words                  string // whether its content is found
}

// fileLines are the files of a version to take away.
func (p *Pages) fileLines(r *http.Request, d ismskit.DocumentReading, v document.Version) []fileLine {
	var lines []fileLine
	for _, f := range v.Files {
		line := fileLine{Name: f.Name, Kind: fileKind(f.Name), Size: forms.SizeText(f.Size), Href: fileAddress(v.Document, v.Label, f.Digest)}
		if words, ok := d.Words[f.Digest]; ok {
			line.Words = words.Text(p.lang(r))
		}
		lines = append(lines, line)
	}
	return lines
}

func fileAddress(id, label, digest string) string {
	return versionAddress(id, label) + "/files/" + url.PathEscape(digest)
}

func (p *Pages) downloadDocument(w http.ResponseWriter, r *http.Request) {
	d, err := p.kit.Documents().Download(r.Context(), p.actor(r), r.PathValue("id"), r.PathValue("label"), r.PathValue("digest"), p.lang(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	defer func() { p.renderer.logQuietly(r.Context(), "document file", d.Body.Close()) }()
	handOver(w, d.File.Name, d.File.MediaType, d.Size)
	if _, err := io.Copy(answer.To(w), d.Body); err != nil {
		p.renderer.logQuietly(r.Context(), "document file not received", err)
	}
}

// safeTypes are those a browser is told as they are; everything else is bytes.
var safeTypes = []string{"application/pdf", "text/plain", "text/markdown", "image/png", "image/jpeg"}

// handOver sets the head of a file that is to be kept, never opened as a page of
// ours, whatever is in it.
func handOver(w http.ResponseWriter, name, kind string, size int64) {
	if base, _, err := mime.ParseMediaType(kind); err != nil || !slices.Contains(safeTypes, base) {
		kind = "application/octet-stream"
	}
	if strings.HasPrefix(kind, "text/") {
		kind = "text/plain; charset=utf-8"
	}
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Set("Content-Disposition", attachment(name))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	head.Set("Cache-Control", "private, no-store")
	if size > 0 {
		head.Set("Content-Length", fmt.Sprint(size))
	}
}

// attachment names a file for keeping, in plain letters for old programs and in
// full for the others (RFC 6266).
func attachment(name string) string {
	plain := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || strings.ContainsRune(`"\/;%`, c) {
			return '_'
		}
		return c
	}, name)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plain, strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
}

// fileKind is the kind of a file as people call it, by the end of its name: PDF, ODT.
func fileKind(name string) string {
	return strings.ToUpper(strings.TrimPrefix(path.Ext(name), "."))
}
