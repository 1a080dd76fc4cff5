// Package postgrestest gives tests a PostgreSQL of their own: a throw-away server
// started from the installed programs, one per test process, or the server whose
// address is in ISMSKIT_TEST_POSTGRES. Where there is neither, a test is skipped
// and says why, unless ISMSKIT_REQUIRE names postgres.
package postgrestest
