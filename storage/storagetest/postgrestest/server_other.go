//go:build !unix

package postgrestest

import "errors"

// instance cannot be started here.
type instance struct{ dsn string }

func start() (*instance, error) {
	return nil, errors.New("starting one is not supported on this system; set ISMSKIT_TEST_POSTGRES")
}

func (*instance) stop(string) error { return nil }
func (*instance) startAgain() error { return nil }

const keepFolder = ""
