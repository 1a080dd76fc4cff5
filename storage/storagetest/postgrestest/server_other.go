//go:build !unix

package postgrestest

import "errors"

func start() (string, error) {
	return "", errors.New("starting one is not supported on this system; set ISMSKIT_TEST_POSTGRES")
}
