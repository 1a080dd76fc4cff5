package ismskit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
)

// Kit applies actions to cases and writes everything that follows from one in
// one transaction. It is safe for concurrent use; several Kits, in one process
// or in many, may share a PostgreSQL store.
type Kit struct {
	*core
	store     Store
	directory Directory
	now       func() time.Time
	joined    bool
	office    *officeCalendar
	filing    *filingLists // as they are at its moment, where its clock stands
}

// core is what every Kit derived from the same Config shares.
type core struct {
	cfg      Config
	kinds    *kinds
	lists    *register.Registry
	keepings []keeping // where the lists name people
	location *time.Location
	log      *slog.Logger
	wake     waker
	problems problems
	bundles  *bundleTurns
	called   callings
	compared *comparisons
	vets     chan struct{} // vetsAtOnce
	clauses  *clauseLists
	scale    *houseClasses
}

// New checks a Config and makes a Kit of it; every mistake is reported at once.
// It touches neither database nor network: see Start.
func New(cfg Config) (*Kit, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	kinds, err := newKinds(cfg)
	if err != nil {
		return nil, fmt.Errorf("ismskit: config: %w", err)
	}
	lists, err := newLists(cfg)
	if err != nil {
		return nil, fmt.Errorf("ismskit: config: %w", err)
	}
	if err := cfg.checkCertificates(kinds); err != nil {
		return nil, fmt.Errorf("ismskit: config: %w", err)
	}
	if err := kinds.checkFacts(lists); err != nil {
		return nil, fmt.Errorf("ismskit: config: %w", err)
	}
	k := &Kit{
		core: &core{
			cfg: cfg, kinds: kinds, lists: lists, keepings: keepingsIn(lists),
			location: cfg.Location, log: cfg.Log, bundles: newBundleTurns(), compared: newComparisons(), vets: make(chan struct{}, vetsAtOnce), clauses: newClauseLists(), scale: newHouseClasses(),
		},
		store: cfg.Store, directory: cfg.Directory, now: cfg.Now,
		office: newOfficeCalendar(cfg.Calendar),
	}
	if k.directory == nil {
		k.directory = DirectoryIn(cfg.Store, lists, cfg.Now)
	}
	return k, nil
}

// Start writes the definitions of Config that are new, with an entry on the trail
// (LogSettings), refuses a changed body under an old version, and notes by name the types
// that cannot be submitted because of people (see Check). What a host's Directory does not
// implement is told in the log, with what the office goes without. It may be called by
// several servers at once.
func (k *Kit) Start(ctx context.Context) error {
	now := k.moment()
	var err error
	for range maxRaces {
		if err = k.publish(ctx); !errors.Is(err, ErrConflict) {
			break
		}
		// Another server noted its own at the same moment, or a body was changed.
		if changed := k.changedDefinition(ctx); changed != nil {
			return fmt.Errorf("ismskit: start: %w", changed)
		}
	}
	if err != nil {
		return fmt.Errorf("ismskit: start: %w", err)
	}
	if err := k.startTypes(ctx, now); err != nil {
		return fmt.Errorf("ismskit: start: %w", err)
	}
	if err := k.startCalendar(ctx, now); err != nil {
		return fmt.Errorf("ismskit: start: %w", err)
	}
	if err := k.startCategories(ctx, now); err != nil {
		return fmt.Errorf("ismskit: start: %w", err)
	}
	if err := k.startClasses(ctx, now); err != nil {
		return fmt.Errorf("ismskit: start: %w", err)
	}
	if err := k.armNightly(ctx, now); err != nil {
		return fmt.Errorf("ismskit: start: %w", err)
	}
	k.sayPowers(ctx)
	_, err = k.Check(ctx)
	return err
}

// changedDefinition names the type whose body changed under a version that is
// already published.
func (k *Kit) changedDefinition(ctx context.Context) error {
	var changed []error
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		changed = changed[:0]
		for _, kind := range k.kinds.version {
			d, err := tx.Definitions().Get(ctx, definitionType, kind.Key, kind.Version)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if d.Digest != kind.digest {
				changed = append(changed, fmt.Errorf("type %s: version %s is published with another body; give the change a new version",
					kind.Key, kind.Version))
			}
		}
		return nil
	})
	return errors.Join(append(changed, err)...)
}

// moment is the time of one action: business time, as both databases keep it.
func (k *Kit) moment() time.Time { return k.now().UTC().Truncate(time.Microsecond) }

// at is the Kit with its clock standing at a moment, for work that belongs there.
func (k *Kit) at(t time.Time) *Kit {
	still := *k
	still.now, still.filing = func() time.Time { return t }, &filingLists{}
	return &still
}

// once is the Kit with its clock standing where it stands now: an action, and a read,
// has one moment, also where midnight passes while it is worked out. Each attempt at an
// action that lost a race has its own.
func (k *Kit) once() *Kit { return k.at(k.moment()) }

// Types returns the catalogue of form types.
func (k *Kit) Types() Types { return Types{k} }

// Files returns the uploads.
func (k *Kit) Files() Files { return Files{k} }

// Documents returns document control.
func (k *Kit) Documents() Documents { return Documents{k} }

// Records returns the archive.
func (k *Kit) Records() Records { return Records{k} }

// Registers returns the living lists.
func (k *Kit) Registers() Registers { return Registers{k} }

// People returns people, roles and deputies.
func (k *Kit) People() People { return People{k} }

// Queue returns what is to be done and what was told to whom.
func (k *Kit) Queue() Work { return Work{k} }

// Closures returns the days on which offices are closed.
func (k *Kit) Closures() Closures { return Closures{k} }

// Evidence returns the trails.
func (k *Kit) Evidence() Evidence { return Evidence{k} }

func digestOf(b []byte) [32]byte { return sha256.Sum256(b) }
