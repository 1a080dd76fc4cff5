package ismskit

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/workflow"
)

// settingsChain has what programs brought with them, and how servers are set up.
const settingsChain = "settings"

// Verbs of that chain. The entries' Changes say what: an empty From where there was none, an
// empty To where there is none any more.
const (
	// VerbPublished: a program brought versions of forms with their flows, or of the calendar,
	// that the house did not have. A change's name is "type/KEY" or "calendar/KEY", its To the
	// version and the digest (SHA-256) of what is stored.
	VerbPublished workflow.Verb = "published"
	// VerbConfigured: a server began to work that is set up otherwise than the one before it.
	VerbConfigured workflow.Verb = "configured"
)

// Prefixes of the names of changes.
const (
	ChangedType     = "type/"
	ChangedCalendar = "calendar/"
	ChangedRight    = "right/"   // of Rights, by its name
	ChangedWitness  = "witness/" // of checkpoints, by its name
	ChangedHost     = "host/"    // of Config.Settings, by its key
)

// publish stores the definitions of Config that are new, and notes them in the same
// transaction: none is in the house before the trail has it.
func (k *Kit) publish(ctx context.Context) error {
	now := k.moment()
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		stored, err := tx.Definitions().List(ctx, definitionType, "")
		if err != nil {
			return err
		}
		known := map[string]bool{}
		for _, d := range stored {
			known[d.Key+"@"+d.Version] = true
		}
		var brought []Changed
		for _, name := range slices.Sorted(maps.Keys(k.kinds.version)) {
			kind := k.kinds.version[name]
			err := tx.Definitions().Put(ctx, Definition{
				Kind: definitionType, Key: kind.Key, Version: kind.Version, Digest: kind.digest, Body: kind.body, Created: now,
			})
			if err != nil {
				return err
			}
			if !known[name] {
				brought = append(brought, Changed{Name: ChangedType + kind.Key, From: "", To: kind.Version + " " + kind.digest.String()})
			}
		}
		if len(brought) == 0 {
			return nil
		}
		return k.appendEvent(ctx, tx, settingsChain, Event{Verb: VerbPublished, Type: "system", By: k.systemSigner(), Via: viaSystem, Changes: brought}, now)
	})
}

// noteSettings notes how this server is set up, where the trail says otherwise.
func (k *Kit) noteSettings(ctx context.Context) error {
	var err error
	for range maxRaces {
		now, is := k.moment(), k.settings()
		err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			rows, err := chainRows(ctx, tx, EntryQuery{Chain: settingsChain})
			if err != nil {
				return err
			}
			changes := settingsChanged(settingsNoted(rows), is)
			if len(changes) == 0 {
				return nil
			}
			return k.appendEvent(ctx, tx, settingsChain, Event{Verb: VerbConfigured, Type: "system", By: k.systemSigner(), Via: viaSystem, Changes: changes}, now)
		})
		if !errors.Is(err, ErrConflict) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("ismskit: settings: %w", err)
	}
	return nil
}

// settingsNoted are the settings as the trail has them.
func settingsNoted(rows []TrailEntry) map[string]string {
	was := map[string]string{}
	for _, e := range entriesOf(rows) {
		if e.Verb != VerbConfigured {
			continue
		}
		for _, c := range e.Changes {
			if to, _ := c.To.(string); to != "" {
				was[c.Name] = to
			} else {
				delete(was, c.Name)
			}
		}
	}
	return was
}

// settingsChanged are the differences, by name.
func settingsChanged(was, is map[string]string) []Changed {
	var out []Changed
	all := slices.AppendSeq(slices.Collect(maps.Keys(was)), maps.Keys(is))
	slices.Sort(all)
	for _, name := range slices.Compact(all) {
		if was[name] != is[name] {
			out = append(out, Changed{Name: name, From: was[name], To: is[name]})
		}
	}
	return out
}

// settings is how this server is set up, as far as it bears on what is proved later: what is
// empty is left out. Secrets are in it by their fingerprint.
func (k *Kit) settings() map[string]string {
	c := k.cfg
	out := map[string]string{
		"program":       program(),
		"language":      c.Lang,
		"location":      k.location.String(),
		"calendar":      c.Calendar.Key() + " " + c.Calendar.Version(),
		"morning_mail":  fmt.Sprintf("%02d:%02d", c.MorningMail/60, c.MorningMail%60),
		"max_upload":    strconv.FormatInt(c.MaxUpload, 10),
		"remember_keys": c.RememberKeys.String(),
		"reauth_within": c.ReauthWithin.String(),
		"uploads":       yes(c.Blobs != nil),
		"mail":          yes(c.Notifier != nil),
		"scanner":       yes(c.Scanner != nil),
		"printer":       yes(c.Printer != nil),
		"certificates":  yes(c.Certificates != nil),
		"time_source":   yes(c.TimeSource != nil),
		"check_key":     keyPrint(c.CheckKey),
		"directory":     yes(c.Directory != nil),
	}
	if c.Signer != nil {
		out["signer"] = c.Signer.Verifier()
	}
	for _, w := range c.Witnesses {
		out[ChangedWitness+w.Name()] = yes(true)
	}
	for name, roles := range c.Rights.byName() {
		out[ChangedRight+name] = strings.Join(slices.Sorted(slices.Values(roles)), ", ")
	}
	for name, value := range c.Settings {
		out[ChangedHost+name] = value
	}
	maps.DeleteFunc(out, func(_, value string) bool { return value == "" })
	return out
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// keyPrint tells one key from another and nothing of it: it has at least minCheckKey random
// bytes.
func keyPrint(key []byte) string {
	if len(key) == 0 {
		return ""
	}
	sum := sha256.Sum256(append([]byte("isms-key-1\n"), key...))
	return fmt.Sprintf("%x", sum[:8])
}

// program is which program runs: its module with the version it was built as, or the commit.
func program() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	version := info.Main.Version
	if version == "" || version == "(devel)" {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				version = s.Value
			}
		}
	}
	return strings.TrimSpace(cmp.Or(info.Path, info.Main.Path) + " " + version)
}
