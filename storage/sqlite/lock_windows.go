package sqlite

import (
	"errors"
	"fmt"
	"syscall"
)

// lock is an open file nobody may share: it ends with the process, however that
// ends.
type lock struct{ file syscall.Handle }

// errSharing is ERROR_SHARING_VIOLATION.
const errSharing = syscall.Errno(32)

func lockFile(path string) (*lock, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errSharing) {
		return nil, fmt.Errorf("%w (%s)", ErrInUse, path)
	}
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return &lock{h}, nil
}

func (l *lock) release() error { return syscall.CloseHandle(l.file) }
