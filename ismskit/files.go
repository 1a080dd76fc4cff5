package ismskit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/text/unicode/norm"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/filetext"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/ismskit/wholefile"
)

// Files are uploads: first kept by content, then named in a form's field.
type Files struct{ k *Kit }

// orphanAge is how long a file that no case and no document names is kept.
const orphanAge = 30 * 24 * time.Hour

// uploadAge is how long an upload waits for a form to name it: less than orphanAge,
// so that none is named in the moment in which it is swept.
const uploadAge = orphanAge - 24*time.Hour

// Upload keeps a file, told by its real content and not by its name, and lets the
// actor name it in a form. More than Config.MaxUpload bytes is *TooLarge; a file without its end,
// an office file, ZIP or PDF that opens with a password only, or one that is a trap for whatever opens
// it, *Untaken; one that the Scanner could not look at *Unscanned. A reader that fails, because the upload was cut off, leaves nothing behind.
func (f Files) Upload(ctx context.Context, actor Actor, name string, r io.Reader) (forms.File, error) {
	f.k = f.k.once()
	return f.upload(ctx, actor, name, r, func(forms.File) error { return nil })
}

// UploadFor is Upload for a field of the newest version of a form type, or a column
// of its table, "lines.proof": what the field would not take is forms.Invalid, of a
// wrong kind before it is kept, and so is one that is *Untaken, or no type at all.
func (f Files) UploadFor(ctx context.Context, actor Actor, typ, field, name string, r io.Reader) (forms.File, error) {
	f.k = f.k.once()
	if typ == "" { // a slip in the call, and no form that is not there
		return forms.File{}, forms.Invalid{{Field: "type", Code: "upload.no_type", Text: sayAll("upload.no_type", func(string) map[string]string {
			return map[string]string{"field": field}
		})}}
	}
	kind, ok := f.k.kinds.latestOf(typ)
	if !ok {
		return forms.File{}, fmt.Errorf("%w: type %s", ErrNotFound, typ)
	}
	if _, takes := kind.form.FileKinds(field); !takes {
		return forms.File{}, forms.Invalid{{Field: field, Code: "upload.no_field", Text: sayAll("upload.no_field", func(lang string) map[string]string {
			return map[string]string{"type": kind.Title.In(lang), "field": field}
		})}}
	}
	file, err := f.upload(ctx, actor, name, r, func(file forms.File) error {
		if fault, fits := kind.form.CheckFile(field, file); !fits {
			return forms.Invalid{fault}
		}
		return nil
	})
	if unfit, ok := errors.AsType[*Untaken](err); ok {
		err = forms.Invalid{{Field: field, Code: untakenTexts[unfit.Why], Text: inWords(unfit.Text)}}
	}
	return file, err
}

func (f Files) upload(ctx context.Context, actor Actor, name string, r io.Reader, fits func(forms.File) error) (forms.File, error) {
	k := f.k
	if k.cfg.Blobs == nil {
		return forms.File{}, fmt.Errorf("%w: this server keeps no files", ErrForbidden)
	}
	if !actor.system {
		if _, err := k.person(ctx, actor.Person, k.moment()); err != nil {
			return forms.File{}, err
		}
	}
	head := make([]byte, 3072) // as much as the sniffer looks at
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return forms.File{}, fmt.Errorf("ismskit: upload: %w", err)
	}
	if n == 0 {
		return forms.File{}, &Untaken{Name: cleanFileName(name), Why: UntakenEmpty}
	}
	head = head[:n]
	file := forms.File{Name: cleanFileName(name), MediaType: mediaType(head), Size: int64(n)}
	if err := fits(file); err != nil {
		return forms.File{}, err
	}
	end := wholefile.Of(head)
	file.Digest, file.Size, err = k.cfg.Blobs.Put(ctx, io.TeeReader(io.MultiReader(bytes.NewReader(head), r), end), k.cfg.MaxUpload)
	if errors.Is(err, ErrTooLarge) {
		err = &TooLarge{Name: file.Name, Max: k.cfg.MaxUpload}
	}
	if err != nil {
		return forms.File{}, err
	}
	if err := fits(file); err != nil {
		return forms.File{}, err
	}
	if !end.Complete() {
		return forms.File{}, &Untaken{Name: file.Name, Why: UntakenIncomplete}
	}
	if err := k.scan(ctx, file); err != nil {
		return forms.File{}, err
	}
	if err := k.vet(ctx, file); err != nil {
		return forms.File{}, err
	}
	return file, f.noteUpload(ctx, actor, file)
}

func (k *Kit) scan(ctx context.Context, file forms.File) error {
	if k.cfg.Scanner == nil {
		return nil
	}
	r, err := k.cfg.Blobs.Open(ctx, file.Digest)
	if err != nil {
		return err
	}
	found, err := k.cfg.Scanner.Scan(ctx, r)
	if err != nil {
		k.log.WarnContext(ctx, "an upload could not be scanned", "file", file.Digest, "error", err)
		err = &Unscanned{Name: file.Name, Err: err}
	}
	if closeErr := r.Close(); err == nil {
		err = closeErr
	}
	if err == nil && found != "" {
		err = &Infected{Name: file.Name, Found: found}
	}
	return err
}

// vetsAtOnce is how many uploads are vetted at a time: each may be as large as filetext reads.
const vetsAtOnce = 2

// vet refuses what is a trap, opens with a password only, or could not be looked at in time. What else
// is wrong with a file stops nothing: its record says that it is not found by what it says. Other
// errors are the caller's end and those of Config.Blobs.
func (k *Kit) vet(ctx context.Context, file forms.File) error {
	select {
	case k.vets <- struct{}{}:
		defer func() { <-k.vets }()
	case <-ctx.Done():
		return ctx.Err()
	}
	r, err := k.cfg.Blobs.Open(ctx, file.Digest)
	if err != nil {
		return err
	}
	found := filetext.Vet(ctx, r, filetext.Limits{})
	if err := r.Close(); err != nil {
		return err
	}
	for _, one := range []struct {
		err error
		why string
	}{{filetext.ErrEncrypted, UntakenEncrypted}, {filetext.ErrDoctype, UntakenDoctype}, {filetext.ErrTooLarge, UntakenBomb}, {filetext.ErrLate, UntakenLate}} {
		if errors.Is(found, one.err) {
			k.log.WarnContext(ctx, "an upload is refused", "file", file.Digest, "reason", found)
			return &Untaken{Name: file.Name, Why: one.why}
		}
	}
	return found
}

func (f Files) noteUpload(ctx context.Context, actor Actor, file forms.File) error {
	now := f.k.moment()
	values, err := json.Marshal(file)
	if err != nil {
		return err
	}
	id := uploadID(actor.Person, file.Digest)
	return f.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		old, _, err := tx.Registers().Row(ctx, listUploads, id)
		if err != nil {
			return err
		}
		return tx.Registers().Put(ctx, register.Row{
			List: listUploads, ID: id, Revision: old.Revision + 1, Values: values, ChangedAt: now, ChangedBy: actor.Person,
		})
	})
}

// uploadOf is a file as it was found when the actor uploaded it; false for what he
// only knows the digest of, and for what has waited too long to be named.
func uploadOf(ctx context.Context, tx Tx, actor Actor, digest string, now time.Time) (file forms.File, found bool, err error) {
	row, found, err := tx.Registers().Row(ctx, listUploads, uploadID(actor.Person, digest))
	if err != nil || !found || now.Sub(row.ChangedAt) >= uploadAge {
		return forms.File{}, false, err
	}
	if err := json.Unmarshal(row.Values, &file); err != nil {
		return forms.File{}, false, fmt.Errorf("ismskit: upload %s: %w", row.ID, err)
	}
	return file, true, nil
}

// Open returns a file of a case that the actor may read. The same file of a case
// he may not read is ErrNotFound.
func (f Files) Open(ctx context.Context, actor Actor, caseID, digest string) (forms.File, io.ReadCloser, error) {
	f.k = f.k.once()
	c, err := f.k.take(ctx, caseID)
	if err != nil {
		return forms.File{}, nil, err
	}
	if _, err := f.k.mayRead(ctx, actor, c, f.k.moment()); err != nil {
		return forms.File{}, nil, err
	}
	hidden, err := f.k.hiddenNow(ctx, actor, c, f.k.moment())
	if err != nil {
		return forms.File{}, nil, err
	}
	files := visible(c.extra.Files, hidden)
	i := slices.IndexFunc(files, func(a Attached) bool { return a.Digest == digest })
	if i < 0 || f.k.cfg.Blobs == nil {
		return forms.File{}, nil, ErrNotFound
	}
	if err := f.k.opened(ctx, actor, c.row.Class, OpenedFile, c.row.ID+"/"+files[i].Digest); err != nil {
		return forms.File{}, nil, err
	}
	r, err := f.k.cfg.Blobs.Open(ctx, digest)
	return files[i].File, r, err
}

// mediaType tells a file by its content; text stays text whatever it is called.
func mediaType(head []byte) string {
	m := mimetype.Detect(head).String()
	if base, _, ok := strings.Cut(m, ";"); ok {
		return base
	}
	return m
}

// cleanFileName keeps the last part of a path and takes out what has no place in
// a name, also marks that can't be seen: one of them writes the rest backwards, so that
// a program looks like a document.
func cleanFileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)) // what is taken out may have kept two apart
	for len(name) > 200 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name == "" || name == "." || name == ".." || name == "/" {
		return "file"
	}
	return name
}

// sweep removes blobs that nothing has referred to for a month.
// The age of a file is that of the real clock, whatever business time says.
func (k *Kit) sweep(ctx context.Context) error {
	if k.cfg.Blobs == nil {
		return nil
	}
	if err := k.forgetUploads(ctx); err != nil {
		return err
	}
	after, before := "", time.Now().Add(-orphanAge)
	var controlled map[string]bool // worked out where there is something to remove
	for {
		digests, err := k.cfg.Blobs.List(ctx, before, after, 500)
		if err != nil || len(digests) == 0 {
			return err
		}
		after = digests[len(digests)-1]
		var orphans []string
		err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Records().Unreferenced(ctx, digests)
			if len(found) > 0 && controlled == nil && err == nil {
				controlled, err = controlledFiles(ctx, tx)
			}
			orphans = found
			return err
		})
		if err != nil {
			return err
		}
		for _, d := range orphans {
			if controlled[d] {
				continue
			}
			// Whoever needs one now has sent it again, and it counts as written then.
			if err := k.cfg.Blobs.Remove(ctx, d, before); err != nil {
				return err
			}
		}
	}
}
