<?php

function fresh(string $stamp, int $now): bool
{
    return ctype_digit($stamp) && abs($now - (int) $stamp) <= 300;
}

// $headers: an array with names in lower case.
// $body: the bytes as they came, file_get_contents('php://input').
function verify_workspace(array $headers, string $body, string $key, ?int $now = null): bool
{
    $stamp = $headers['x-cio-timestamp'] ?? '';
    $want = hash_hmac('sha256', "v0:$stamp:$body", $key);
    return fresh($stamp, $now ?? time()) && hash_equals($want, $headers['x-cio-signature'] ?? '');
}

function verify_shared(array $headers, string $body, string $secret): bool
{
    return hash_equals(hash_hmac('sha1', $body, $secret), $headers['x-signature'] ?? '');
}

function verify_standard(array $headers, string $body, string $secret, ?int $now = null): bool
{
    $stamp = $headers['webhook-timestamp'] ?? '';
    $key = base64_decode(substr($secret, strlen('whsec_')));
    $signed = ($headers['webhook-id'] ?? '') . ".$stamp.$body";
    $want = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $sent) {
        if (hash_equals($want, $sent)) {
            return fresh($stamp, $now ?? time());
        }
    }
    return false;
}
