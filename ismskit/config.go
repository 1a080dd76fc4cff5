package ismskit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Config is everything a Kit is made of. Store is required; everything else has
// a working default. New checks all of it before anything starts.
type Config struct {
	Store Store
	// Blobs keeps uploaded files; nil refuses uploads.
	Blobs Blobs
	// Directory finds people; nil is DirectoryIn of the Store.
	Directory Directory

	// Types are the form types on offer. Versions that running cases need and
	// that are missing here are read from the Store.
	Types []Type
	// FieldTypes are the kinds of fields; the zero value is forms.StandardTypes.
	FieldTypes forms.Types
	// Hooks are the Go functions that Types name.
	Hooks map[string]Hook
	// Concerns say of a type's cases, by its key, what they are about that others could
	// undo; nil tells nobody of such others.
	Concerns map[string]Concerning
	// Lists are the host's own living lists beside the built-in ones. Their fields that name
	// people of the house are on the sheet of whoever hands over (Type.Handover).
	Lists []register.List

	// Calendar counts working days; nil is calendar.Taiwan.
	Calendar *calendar.Calendar
	// Location is where the office is; nil is Asia/Taipei.
	Location *time.Location
	// Now is business time: it says what is due. Nil is time.Now. An action, and a
	// read, reads it once.
	Now func() time.Time

	// Notifier sends mail; nil keeps notices on the notices page only.
	Notifier Notifier
	// Scanner looks at uploads; nil lets all pass.
	Scanner Scanner
	// Printer lays out cases, documents and blank forms; nil refuses to print with
	// ErrNoPrinter. Package print has the ready-made one.
	Printer Printer
	// Certificates checks signatures that people make with certificates of their own, where a
	// step asks for them (workflow.Step.Certificate); nil refuses types with such a step by
	// name, and lets no case begin with a version of the house's own that has one. A running
	// case can then only owe them where its step allows that, and waits where it does not.
	Certificates Certifier
	// CheckKey makes the check codes on copies of documents, at least 32 bytes that nobody knows
	// and that stay the same: with another key the copies that are about are not known any more.
	// Nil prints none, and lets who has not signed in ask by number what is 內部使用 or below.
	CheckKey []byte
	// Signer signs checkpoints and bundles; its key's name is the log's. Nil keeps
	// trails without checkpoints, and exports nothing.
	Signer evidence.Signer
	// Witnesses are told every checkpoint, each by a job of its own.
	Witnesses []Witness
	// TimeSource says how far this machine's clock is from a time source; nil asks
	// none. A checkpoint says what it answered, and after an error that it did not: its
	// name (Clock.Source) is given with the error too.
	TimeSource func(ctx context.Context) (evidence.Clock, error)
	// Link makes the address of a case for a mail; nil leaves it out.
	Link func(caseID string) string
	// SignsIn names the people who can sign in, by their ids, as if the login without
	// ("" for none) were disabled: whoever manages people and roles is not counted on
	// where he cannot. Nil: whoever the Directory knows can. It is asked outside of
	// transactions, where such a right is changed and for FirstNeeds.
	SignsIn func(ctx context.Context, without string) ([]string, error)
	// Rights says which roles may do what beyond their own cases.
	Rights Rights
	// Lang is the language of notices and mails; "" is zh-TW.
	Lang string
	// MorningMail is when the one mail of a working day leaves, as minutes after
	// midnight; 0 is 08:30.
	MorningMail int
	// MaxUpload is the largest file in bytes; 0 is DefaultMaxUpload. No form that comes with the
	// catalogue promises to take a larger one.
	MaxUpload int64
	// RememberKeys is for how long a request that is sent again under its idempotency
	// key is answered as before instead of being carried out: longer than any client
	// or page retries. 0 is 30 days; less than a day is refused.
	RememberKeys time.Duration
	// ReauthWithin is how long somebody who has shown anew who he is may decide in steps
	// that ask for it (workflow.Step.Reauth); 0 is 5 minutes.
	ReauthWithin time.Duration
	// Settings are what else the host was started with that bears on what is proved later, by
	// name: where checkpoints go, by which server mails leave, where people reach it. Each
	// change of them is an entry on the trail, which auditors read: never secrets.
	Settings map[string]string
	// Log receives refusals and failures, never values; nil is slog.Default.
	Log *slog.Logger
}

// Rights names, as "module/role", who may do what is nobody's own business.
type Rights struct {
	ReadAll       []string // see every case and record (查閱全部)
	Overview      []string // see who sits on what
	ManagePeople  []string // change people, units, posts, roles, deputies of others
	ManageLists   []string // change every list; a system's owner changes his system anyway
	ManageDocs    []string // file documents and versions
	ManageQueue   []string // look at dead letters and drive them again
	ManageRecords []string // reserve numbers, and enter what was signed on paper
	ManageTypes   []string // change, publish and withdraw flows, and move running cases to another version of their form type
}

// DefaultMaxUpload is the largest file that is taken where nothing else is said: 20 MB.
const DefaultMaxUpload = 20 << 20

const (
	defaultMorning  = 8*60 + 30
	defaultLang     = "zh-TW"
	defaultRemember = 30 * 24 * time.Hour
	defaultReauth   = 5 * time.Minute
)

// withDefaults fills in what was left out and reports everything that is wrong.
func (c Config) withDefaults() (Config, error) {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("ismskit: config: "+format, args...))
	}
	if c.Store == nil {
		fault("Store is missing")
	}
	if c.Location == nil {
		loc, err := time.LoadLocation("Asia/Taipei")
		if err != nil {
			loc = time.FixedZone("Asia/Taipei", 8*3600) // a host without time zone data; Taipei has no summer time
		}
		c.Location = loc
	}
	if c.Calendar == nil {
		c.Calendar = calendar.Taiwan()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Lang == "" {
		c.Lang = defaultLang
	}
	if c.MorningMail == 0 {
		c.MorningMail = defaultMorning
	}
	if c.MorningMail < 0 || c.MorningMail >= 24*60 {
		fault("MorningMail is %d minutes, not within a day", c.MorningMail)
	}
	if c.MaxUpload == 0 {
		c.MaxUpload = DefaultMaxUpload
	}
	if c.MaxUpload < 0 {
		fault("MaxUpload is negative")
	}
	if c.RememberKeys == 0 {
		c.RememberKeys = defaultRemember
	}
	if c.RememberKeys < 24*time.Hour {
		fault("RememberKeys is %v, shorter than a day", c.RememberKeys)
	}
	if c.ReauthWithin == 0 {
		c.ReauthWithin = defaultReauth
	}
	if c.ReauthWithin < 0 {
		fault("ReauthWithin is negative")
	}
	if n := len(c.CheckKey); n > 0 && n < minCheckKey {
		fault("CheckKey has %d bytes, fewer than %d", n, minCheckKey)
	}
	if c.Signer != nil {
		if _, err := evidence.OpenNote(nil, c.Signer.Verifier()); errors.Is(err, evidence.ErrKey) {
			fault("Signer: %w", err)
		}
	} else if len(c.Witnesses) > 0 {
		fault("Witnesses need a Signer")
	}
	witnesses := map[string]bool{}
	for _, w := range c.Witnesses {
		if name := w.Name(); name == "" || witnesses[name] {
			fault("Witness %q has no name of its own", name)
		}
		witnesses[w.Name()] = true
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if len(c.FieldTypes.Names()) == 0 {
		c.FieldTypes = forms.StandardTypes()
	}
	return c, errors.Join(faults...)
}
