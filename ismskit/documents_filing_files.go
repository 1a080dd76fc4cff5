package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
)

// filed are the files of a version to be filed, with the size and kind that were
// found when they arrived: nobody files what he only knows the digest of. What the
// host's own jobs file is taken at their word, but its kind. unfit are those refused.
func (d Documents) filed(ctx context.Context, actor Actor, id string, files []document.File) (out []document.File, unfit document.Refusals, err error) {
	if len(files) == 0 {
		return nil, nil, nil
	}
	now := d.k.moment()
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		versions, err := tx.Documents().Versions(ctx, id)
		if err != nil {
			return err
		}
		var earlier []document.File
		for _, v := range document.History(versions) {
			earlier = append(earlier, v.Files...)
		}
		found, wrong := slices.Clone(files), document.Refusals(nil)
		for i := range found {
			refusal, err := arrived(ctx, tx, actor, earlier, &found[i], now)
			if err != nil {
				return err
			}
			if refusal != nil {
				wrong = append(wrong, refusal)
			}
		}
		out, unfit = found, wrong
		return nil
	})
	return out, unfit, err
}

// arrived sets size and kind of a file as they were found when it came, or says why it
// can't be filed. One of an earlier version stays good.
func arrived(ctx context.Context, tx Tx, actor Actor, earlier []document.File, f *document.File, now time.Time) (*document.Refusal, error) {
	if at := slices.IndexFunc(earlier, func(old document.File) bool { return old.Digest == f.Digest }); at >= 0 {
		f.Size, f.MediaType = earlier[at].Size, earlier[at].MediaType
		return nil, nil
	}
	if !actor.system {
		upload, found, err := uploadOf(ctx, tx, actor, f.Digest, now)
		if err != nil {
			return nil, err
		}
		if !found {
			return document.RefuseGone(f.Name), nil
		}
		f.Size, f.MediaType = upload.Size, upload.MediaType
	}
	switch {
	case readsOnScreen(*f):
		return nil, nil
	case !forms.NamedAs(f.Name, documentKinds...) && !slices.Contains(documentTypes, f.MediaType):
		return document.RefuseKind(f.Name), nil
	case !slices.Contains(documentTypes, f.MediaType) || !forms.IsAsNamed(f.Name, f.MediaType):
		return document.RefuseContent(f.Name), nil
	}
	return nil, nil
}

// documentKinds are the kinds of files that a controlled document may be, and documentTypes
// their media types: texts, tables and pictures that people read, no program and no archive.
var (
	documentKinds = []string{"pdf", "word", "excel", "slides", "odf", "image", "text"}
	documentTypes = forms.MediaTypes(documentKinds...)
)
