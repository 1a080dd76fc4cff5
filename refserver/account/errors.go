package account

import (
	"errors"
	"fmt"
	"time"
)

// Errors of this package. Compare with errors.Is.
var (
	// ErrSignIn says that login and password do not belong together, or that
	// the account doesn't exist or is disabled. It never says which.
	ErrSignIn = errors.New("account: login and password do not match")
	// ErrLocked says that the login is locked after too many wrong passwords.
	// The error is a *LockedError. Logins that don't exist are locked alike.
	ErrLocked = errors.New("account: login is locked")
	// ErrLogin says that a login is not of the accepted form.
	ErrLogin = errors.New("account: login must be 1 to 64 of a-z 0-9 . _ @ -")
	// ErrExists says that the login is taken.
	ErrExists = errors.New("account: login exists")
	// ErrUnknown says that there is no such account or token.
	ErrUnknown = errors.New("account: not found")
	// ErrDiffer says that a new password was typed otherwise the second time.
	ErrDiffer = errors.New("account: new password typed differently")
	// ErrOwn says that whoever manages logins would shut himself out.
	ErrOwn = errors.New("account: one's own login")
	// ErrToken says that an API token is unknown, expired, revoked, or that
	// its account is disabled. It never says which.
	ErrToken = errors.New("account: token is not valid")
	// ErrHeld says that work is kept for so many tasks of a person that there is no room for
	// one more.
	ErrHeld = errors.New("account: too much is held")
	// ErrClockBack says that the demonstration's clock was asked to go back.
	ErrClockBack = errors.New("account: the clock only moves forward")
)

// LockedError is ErrLocked with the moment from which the login may be tried
// again.
type LockedError struct {
	Until time.Time     // UTC
	Left  time.Duration // from the try on until then
}

// Minutes are those that are left, whole and never too few. People are told them rather
// than a moment: the clock of a demonstration is not the one that a lock goes by.
func (e *LockedError) Minutes() int {
	return max(1, int((e.Left+time.Minute-1)/time.Minute))
}

// Error says until when.
func (e *LockedError) Error() string {
	return fmt.Sprintf("%v until %s", ErrLocked, e.Until.Format(time.RFC3339))
}

// Is makes errors.Is(err, ErrLocked) true.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// Codes of a PasswordError.
const (
	PasswordShort   = "password_short"   // fewer than Min characters
	PasswordLong    = "password_long"    // more than Max bytes
	PasswordText    = "password_text"    // not text, or with control characters
	PasswordLogin   = "password_login"   // contains the login
	PasswordPlain   = "password_plain"   // one or two kinds of characters only
	PasswordCurrent = "password_current" // the same as the present one
)

// PasswordError says why a new password is refused. It never contains the
// password.
type PasswordError struct {
	Code string // one of the Password… codes
	Min  int    // characters wanted, with PasswordShort
	Max  int    // bytes allowed, with PasswordLong
}

// Error gives the code, never the password.
func (e *PasswordError) Error() string { return "account: new password refused: " + e.Code }
