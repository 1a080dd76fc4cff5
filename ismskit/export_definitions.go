package ismskit

import (
	"context"
	"errors"
	"strings"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// definitionsOf lists the forms and flows by which a case's decisions were signed as files of the
// case, each under the digest that its signatures bind: whoever reads them years later sees what
// was asked and who had to sign, also where no program knows that version any more.
func (b *bundling) definitionsOf(ctx context.Context, rows []evidence.Stored) ([]evidence.Attachment, error) {
	var files []evidence.Attachment
	known := map[string]bool{}
	for _, row := range rows {
		if row.Content == nil {
			continue
		}
		e, err := parseEvent(row.Content)
		if err != nil || e.Definition == "" || known[e.Definition] {
			continue // what can't be read is found by whoever checks the bundle
		}
		known[e.Definition] = true
		digest, err := evidence.ParseDigest(e.Definition)
		if err != nil {
			continue
		}
		key, version, _ := strings.Cut(e.Type, "@")
		if err := b.readDefinition(ctx, digest, key, version); err != nil {
			return nil, err
		}
		files = append(files, evidence.Attachment{SHA256: digest, Name: say(b.x.Imprint.Lang, "export.definition", map[string]string{"type": key, "version": version})})
	}
	return files, nil
}

// readDefinition gets the form and flow of a version. One that isn't stored as it was signed is
// missing in the bundle, where the check names it.
func (b *bundling) readDefinition(ctx context.Context, digest evidence.Digest, key, version string) error {
	if _, known := b.definitions[digest.String()]; known {
		return nil
	}
	kind, err := b.e.k.kinds.of(ctx, b.e.k.store, key, version)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	var body []byte // nil: there is none
	if err == nil && digestOf(kind.body) == digest {
		body = kind.body
	}
	b.definitions[digest.String()] = body
	return nil
}
