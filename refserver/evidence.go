package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/witness"
	"github.com/ismskit/ismskit/refserver/cosign"
	"github.com/ismskit/ismskit/refserver/web"
)

// fileKey holds the key that signs checkpoints and bundles. Servers that share a
// database are given the same file.
const fileKey = "signing.key"

// openKey reads the server's key, or makes one at the first start; only its owner may
// read the file. What signed yesterday's checkpoints is never replaced silently: a
// file that can't be read is an error.
func openKey(o options) (evidence.Key, error) {
	path := filepath.Join(o.data, fileKey)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, failed := makeKey(path, keyName(o))
		if !errors.Is(failed, fs.ErrExist) {
			return key, failed
		}
		b, err = os.ReadFile(path) // a server that started at the same time was quicker
	}
	if err != nil {
		return evidence.Key{}, err
	}
	if strings.TrimSpace(string(b)) == "" {
		return evidence.Key{}, fmt.Errorf("%s is empty: %w. Put back a copy; where nothing was ever signed with it, delete it and start again", path, evidence.ErrKey)
	}
	key, err := evidence.ParseKey(strings.TrimSpace(string(b)))
	if err != nil {
		return evidence.Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// makeKey writes the key beside its place and gives it its name only once it is whole
// on the disk: a start that is cut short must leave no half a key behind. A link and
// no renaming, which would replace the key of a server that started at the same time.
func makeKey(path, name string) (evidence.Key, error) {
	key, err := evidence.NewKey(name, rand.Reader)
	if err != nil {
		return evidence.Key{}, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return evidence.Key{}, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".signing-*") // its owner's alone
	if err != nil {
		return evidence.Key{}, err
	}
	_, err = io.WriteString(file, key.Secret()+"\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Link(file.Name(), path)
	}
	return key, errors.Join(err, os.Remove(file.Name()))
}

// keyName is what a new log is called for ever: the host people know, and something
// that tells it from every other.
func keyName(o options) string {
	host := "isms"
	if u, err := url.Parse(o.url); err == nil && o.secure() {
		host = u.Hostname()
	}
	var own [4]byte
	rand.Read(own[:]) // never fails
	return host + "/" + hex.EncodeToString(own[:])
}

// signing gives the Kit its key and its witnesses.
func signing(o options, cfg *ismskit.Config) error {
	key, err := openKey(o)
	if err != nil {
		return err
	}
	cfg.Signer = key
	if o.timeSource != "" {
		cfg.TimeSource = timeSource(o.timeSource)
	}
	if o.witnessFolder != "" {
		cfg.Witnesses = append(cfg.Witnesses, witness.Folder{Dir: o.witnessFolder})
	}
	if o.cosigner != "" {
		w, err := cosign.NewRemote(o.cosigner, o.cosignerKey)
		if err != nil {
			return err
		}
		cfg.Witnesses = append(cfg.Witnesses, w)
	}
	if o.witnessMail != "" {
		texts, err := web.NewTexts(overlay())
		if err != nil {
			return err
		}
		cfg.Witnesses = append(cfg.Witnesses, witness.Mail{
			Notifier: cfg.Notifier, Address: o.witnessMail, Subject: texts.Text(o.lang, "witness.subject"),
			About: texts.Text(o.lang, "witness.about"),
		})
	}
	return nil
}

// bundleOptions say what -bundle writes.
type bundleOptions struct {
	file                        string
	number, form, class, system string
	from, to                    string
	withSystem                  bool
}

// query is what is looked for in the archive. Days are those of the office.
func (b bundleOptions) query() (record.Query, map[string]string, error) {
	q, scope := record.Query{}, map[string]string{}
	for _, part := range []struct {
		name, value string
		to          *[]string
	}{{"number", b.number, &q.Numbers}, {"form", b.form, &q.Forms}, {"class", b.class, &q.Classes}, {"system", b.system, &q.Systems}} {
		if part.value != "" {
			*part.to, scope[part.name] = []string{part.value}, part.value
		}
	}
	var day calendar.Date
	if b.from != "" {
		if err := day.UnmarshalText([]byte(b.from)); err != nil {
			return q, nil, fmt.Errorf("-bundle-from: %w", err)
		}
		q.From, scope["from"] = day.Start(office).UTC(), b.from
	}
	if b.to != "" {
		if err := day.UnmarshalText([]byte(b.to)); err != nil {
			return q, nil, fmt.Errorf("-bundle-to: %w", err)
		}
		q.To, scope["to"] = day.AddDays(1).Start(office).UTC(), b.to
	}
	return q, scope, nil
}

// writeBundle writes a bundle to a file, which is there only once it is whole.
func (h *house) writeBundle(ctx context.Context, o options, out io.Writer) (err error) {
	query, scope, err := o.bundle.query()
	if err != nil {
		return err
	}
	name, _, err := topAgency(ctx, h.kit)
	if err != nil {
		return err
	}
	write, err := h.kit.Evidence().Export(ctx, ismskit.System("command"), ismskit.Export{
		Query: query, Scope: scope, System: o.bundle.withSystem, Decision: print.DecisionOf, Imprint: ismskit.Imprint{Agency: name, Lang: o.lang},
	})
	if errors.Is(err, ismskit.ErrNotFound) {
		return errors.New("-bundle: nothing in the archive matches")
	}
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(o.bundle.file), ".bundle-*")
	if err != nil {
		return err
	}
	if err := errors.Join(write(ctx, file), file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if err := os.Rename(file.Name(), o.bundle.file); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, o.bundle.file)
	return err
}
