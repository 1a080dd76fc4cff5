package ismskit

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
)

// Download is a file of a version as it was filed, byte for byte, so that Check
// knows it again by its fingerprint. The caller closes Body.
type Download struct {
	document.Reading
	File document.File // its name carries the band, and that the version is not in force (B1.5)
	Size int64         // of Body
	Body io.ReadCloser
}

// Download opens a file of a version for somebody to take away, its name marked in
// a language; what is marked inside as well is Print's. ErrNotFound as for Read.
func (d Documents) Download(ctx context.Context, actor Actor, id, label, digest, lang string) (Download, error) {
	d.k = d.k.once()
	view, err := d.whole(ctx, actor, id)
	if err != nil {
		return Download{}, err
	}
	reading, err := document.Read(view.Document, view.Versions, label)
	if refusal := (*document.Refusal)(nil); errors.As(err, &refusal) {
		return Download{}, ErrNotFound
	}
	if err != nil {
		return Download{}, err
	}
	if !hasFile(reading.Version, digest) { // it may be of one that was withdrawn, whose label another bears now
		for _, v := range view.Versions {
			if v.Label == reading.Version.Label && hasFile(v, digest) {
				reading = document.ReadingOf(view.Document, view.Versions, v)
			}
		}
	}
	i := slices.IndexFunc(reading.Version.Files, func(f document.File) bool { return f.Digest == digest })
	if i < 0 || d.k.cfg.Blobs == nil {
		return Download{}, ErrNotFound
	}
	if err := d.k.opened(ctx, actor, view.Document.Class, OpenedDocument, view.Document.ID, marksOf(reading.Version)...); err != nil {
		return Download{}, err
	}
	d.took(ctx, actor, reading)
	reading.Version = caseless(reading.Version)
	out := Download{Reading: reading, File: reading.Version.Files[i]}
	out.Size = out.File.Size
	out.File.Name = markedName(out.File.Name, reading, lang)
	out.Body, err = d.k.cfg.Blobs.Open(ctx, digest)
	return out, err
}

// markedName puts into a file's name what must be said of the version: its band,
// and where it does not hold, why: 「程序書（舊版，已由 1.3 版取代（113.08.05））.docx」.
func markedName(name string, r document.Reading, lang string) string {
	var marks []string
	if r.Version.Band != "" {
		marks = append(marks, r.Version.Band)
	}
	if why := document.Untitled(r.Notices); !r.InForce && len(why) > 0 {
		marks = append(marks, why[len(why)-1].Text(lang))
	}
	ext := path.Ext(name)
	for i, mark := range marks {
		marks[i] = say(lang, "document.marked", map[string]string{"mark": strings.Map(func(c rune) rune {
			if c < ' ' || strings.ContainsRune(`<>:"/\|?*`, c) {
				return '-'
			}
			return c
		}, mark)})
	}
	return strings.TrimSuffix(name, ext) + strings.Join(marks, "") + ext
}
