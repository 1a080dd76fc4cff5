package ismskit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// caseRow holds a case as it is stored, its fields and its files, against its trail.
func (a *audit) caseRow(ctx context.Context, row CaseRow, number string, rows []TrailEntry) error {
	c, err := a.k.inHand(ctx, row)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		a.found(evidence.Finding{Code: "case_unreadable", Case: number, Params: map[string]string{"why": err.Error()}})
		return nil
	}
	for _, f := range verifyEntries(c, entriesOf(rows)) {
		a.found(findingOf(f, number))
	}
	for _, f := range c.extra.Files {
		if err := a.file(ctx, f, number, rows); err != nil {
			return err
		}
	}
	return nil
}

// file holds a file of a case against the trail, which has its digest, and its
// content against the digest.
func (a *audit) file(ctx context.Context, f Attached, number string, rows []TrailEntry) error {
	finding := evidence.Finding{Case: number, File: f.Name, Params: map[string]string{"name": f.Name}}
	found := func(code string) {
		finding.Code = code
		a.found(finding)
	}
	named := false
	for _, row := range rows {
		// One that was disposed of may have named it.
		named = named || row.Payload == nil || bytes.Contains(row.Payload, []byte(`"`+f.Digest+`"`))
	}
	if !named {
		found("attachment_untold")
	}
	if a.k.cfg.Blobs == nil {
		return nil
	}
	r, err := a.k.cfg.Blobs.Open(ctx, f.Digest)
	if errors.Is(err, ErrNotFound) {
		found("attachment_lost")
		return nil
	}
	if err != nil {
		return err
	}
	a.report.Files++
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return errors.Join(err, r.Close())
	}
	if evidence.Digest(h.Sum(nil)).String() != f.Digest {
		found("attachment_changed")
	}
	return r.Close()
}
