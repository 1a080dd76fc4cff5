// Package certificate is the ready-made [ismskit.Certifier]: it checks what somebody signed
// with a certificate of his own (自然人憑證, or a card of the house) against the issuers that a
// file names.
//
// The signature comes as CMS (PKCS #7, detached, DER or PEM), as card components and
// "openssl cms -sign" make it, or plain, with the certificate beside it. RSA (PKCS #1 v1.5)
// and ECDSA on P-256 are understood, both with SHA-256: what the page in a bundle can check
// too, in any browser.
//
// The file is PEM: self-signed certificates are the issuers that are trusted, others lie
// between them and the people, and each "X509 CRL" says what its issuer has revoked. It is
// read again when it changes, so that a job which fetches the lists needs no restart. An
// issuer without a list in the file revokes nothing; a list that is over its time lets
// nobody sign by that issuer, for nobody can say what has been revoked since.
package certificate
