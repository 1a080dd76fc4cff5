package api

import (
	"errors"
	"os"
)

// passing is a file for what is read once. It has no name any more where the system lets an open file be
// removed, and loses it with done elsewhere: a server that is killed leaves nothing there of what it was sent.
func passing(pattern string) (file *os.File, done func() error, err error) {
	if file, err = os.CreateTemp("", pattern); err != nil {
		return nil, nil, err
	}
	if os.Remove(file.Name()) == nil {
		return file, file.Close, nil
	}
	return file, func() error { return errors.Join(file.Close(), os.Remove(file.Name())) }, nil
}
