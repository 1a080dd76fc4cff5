package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// SessionOptions of Sessions. The zero value works, for a server without TLS.
type SessionOptions struct {
	// Idle ends a session that made no request for so long. Default 30 minutes.
	Idle time.Duration
	// Lifetime ends a session however busy it is. Default 12 hours.
	Lifetime time.Duration
	// Secure marks the cookie for https only. Set it when people reach the
	// server over TLS, also when a proxy in front of it ends the TLS.
	Secure bool
	// Fail answers a request whose session could not be read or written, which
	// means that the database doesn't answer. It is called at most once for a
	// request, before anything was written, and what the handler writes after it
	// is dropped. Nobody is signed in on the request it gets. Default: status 503
	// with an empty body, and a line in the log.
	Fail func(w http.ResponseWriter, r *http.Request, err error)
}

// Keys of a session's values.
const (
	keyLogin = "login"
	keyEpoch = "epoch"
	keyFlash = "flash"
	keySeen  = "seen/" // and the case
)

// Sessions are the browser's sessions: a random token in a cookie, the rest in
// the database, where only the token's hash lies. Safe for concurrent use.
type Sessions struct {
	store   *Store
	manager *scs.SessionManager
}

// NewSessions returns the sessions kept in store.
func NewSessions(store *Store, opts SessionOptions) (*Sessions, error) {
	if opts.Idle < 0 || opts.Lifetime < 0 {
		return nil, errors.New("account: session options must not be negative")
	}
	if opts.Idle == 0 {
		opts.Idle = 30 * time.Minute
	}
	if opts.Lifetime == 0 {
		opts.Lifetime = 12 * time.Hour
	}
	if opts.Fail == nil {
		opts.Fail = func(w http.ResponseWriter, r *http.Request, err error) {
			level := slog.LevelError
			if errors.Is(err, context.Canceled) {
				level = slog.LevelDebug
			}
			slog.Log(r.Context(), level, "session", "error", err)
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}
	// Made here and not by scs.New, which would start a goroutine for a store in
	// memory that nobody stops. The price: two Sessions must not be nested.
	m := &scs.SessionManager{
		IdleTimeout:      opts.Idle,
		Lifetime:         opts.Lifetime,
		HashTokenInStore: true,
		Codec:            textCodec{},
		Store:            &sessionStore{db: store.db, slack: min(time.Minute, opts.Idle/10)},
		ErrorFunc:        failing(opts.Fail),
		Cookie:           scs.SessionCookie{Name: "ismskit", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: opts.Secure},
	}
	if opts.Secure {
		m.Cookie.Name = "__Host-ismskit" // the browser refuses it from a subdomain or over http
	}
	return &Sessions{store: store, manager: m}, nil
}

type currentKey struct{}

// Handler loads and saves the session around next. Current, SignIn, SignOut and
// the flash message work only inside it. A session whose account was disabled
// or whose password was changed since ends here.
func (s *Sessions) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once := &onceWriter{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), loadedKey{}, &loaded{}))
		s.manager.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			current, err := s.resolve(r.Context())
			if err != nil {
				s.manager.ErrorFunc(once, r, err)
				return
			}
			if current != nil {
				r = r.WithContext(context.WithValue(r.Context(), currentKey{}, *current))
			}
			next.ServeHTTP(w, r)
		})).ServeHTTP(once, r)
	})
}

// onceWriter is closed by the answer to a failure. The session is written when
// the handler begins to answer: if that fails, the handler's page must not follow
// the page that says so.
type onceWriter struct {
	http.ResponseWriter
	closed bool
}

// WriteHeader implements http.ResponseWriter.
func (w *onceWriter) WriteHeader(status int) {
	if !w.closed {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (w *onceWriter) Write(b []byte) (int, error) {
	if w.closed {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (w *onceWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// failing lets fail answer once, with a head that holds nothing of the page that
// was to be sent.
func failing(fail func(http.ResponseWriter, *http.Request, error)) func(http.ResponseWriter, *http.Request, error) {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		if gone := r.Context().Err(); gone != nil && !errors.Is(err, gone) {
			err = fmt.Errorf("%w: %w", gone, err) // databases say "interrupted", each in its own words
		}
		once, ok := w.(*onceWriter)
		if !ok { // every session is read and written inside Handler
			fail(w, r, err)
			return
		}
		if once.closed {
			return
		}
		for _, name := range []string{"Location", "Content-Length", "Content-Disposition", "Content-Type", "Etag"} {
			once.Header().Del(name)
		}
		fail(once.ResponseWriter, r, err)
		once.closed = true
	}
}

// resolve finds the account of the session, nil when nobody is signed in.
func (s *Sessions) resolve(ctx context.Context) (*Account, error) {
	login := s.manager.GetString(ctx, keyLogin)
	if login == "" {
		return nil, nil
	}
	a, err := s.store.Get(ctx, login)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return nil, err
	}
	if err != nil || a.Disabled || s.manager.GetString(ctx, keyEpoch) != fmt.Sprint(a.epoch) {
		return nil, s.manager.Destroy(ctx)
	}
	return &a, nil
}

// Current returns the account that is signed in on the request of ctx.
func (s *Sessions) Current(ctx context.Context) (Account, bool) {
	a, ok := ctx.Value(currentKey{}).(Account)
	return a, ok
}

// SignIn makes the session a's from the next request on. The token is a new
// one, so that a token planted before doesn't become a signed-in session.
func (s *Sessions) SignIn(ctx context.Context, a Account) error {
	if err := s.manager.RenewToken(ctx); err != nil {
		return fmt.Errorf("account: renew session: %w", err)
	}
	s.manager.Put(ctx, keyLogin, a.Login)
	s.manager.Put(ctx, keyEpoch, fmt.Sprint(a.epoch))
	return nil
}

// SignOut ends the session on the server and in the browser.
func (s *Sessions) SignOut(ctx context.Context) error {
	if err := s.manager.Destroy(ctx); err != nil {
		return fmt.Errorf("account: end session: %w", err)
	}
	return nil
}

// PutFlash keeps a text for the next page this session opens, so that a
// redirect after a POST can say what was done.
func (s *Sessions) PutFlash(ctx context.Context, text string) {
	s.manager.Put(ctx, keyFlash, text)
}

// TakeFlash returns the text of PutFlash once, empty when there is none.
func (s *Sessions) TakeFlash(ctx context.Context) string {
	return s.manager.PopString(ctx, keyFlash)
}

// textCodec writes a session as JSON with its keys in order: the same values
// are the same bytes, so that the store can tell that nothing changed. Values
// are strings only.
type textCodec struct{}

type sessionText struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// Encode implements scs.Codec.
func (textCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	text := sessionText{Deadline: deadline.UTC(), Values: make(map[string]string, len(values))}
	for key, value := range values {
		s, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("account: session value %s is a %T, want a string", key, value)
		}
		text.Values[key] = s
	}
	return json.Marshal(text)
}

// Decode implements scs.Codec.
func (textCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	var text sessionText
	if err := json.Unmarshal(b, &text); err != nil {
		return time.Time{}, nil, fmt.Errorf("account: stored session: %w", err)
	}
	values := make(map[string]any, len(text.Values))
	for key, value := range text.Values {
		values[key] = value
	}
	return text.Deadline, values, nil
}
