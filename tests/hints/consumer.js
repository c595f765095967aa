// Consumer tests that write pacts with findings, for tests/hints/run.sh:
//   node consumer.js NAME-OF-THE-DEPENDENCY FOLDER
// Between `//[ RULE` and `//]` stands what the finding of that rule is about; hints.py puts
// there what the finding says to write instead. `// case:` is the description of what follows.
'use strict';
const path = require('node:path');

const [dependency, folder] = process.argv.slice(2);
const pact = require(path.join(process.env.PACKAGES, dependency));
const {
    like, integer, decimal, number, boolean, regex, date, time, datetime, uuid, equal,
    eachLike, constrainedArrayLike, fromProviderState, reify,
} = pact.MatchersV3;

const json = { 'Content-Type': 'application/json' };
const options = topic => ({ consumer: `hints-js-${topic}`, provider: 'shop', dir: folder, logLevel: 'error' });
const v3 = new pact.PactV3(options('v3'));

async function call(server, request) {
    const url = new URL(reify(request.path), server);
    for (const [name, value] of Object.entries(request.query || {})) url.searchParams.append(name, reify(value));
    const headers = {};
    for (const [name, value] of Object.entries(request.headers || {})) headers[name] = reify(value);
    const body = request.body && JSON.stringify(reify(request.body));
    const answer = await fetch(url, { method: request.method, headers, body });
    await answer.text();
    if (answer.status >= 500) throw new Error(`${request.method} ${url}: ${answer.status}`);
}

let request;
const test = async make => {
    make(v3);
    await v3.executeTest(server => call(server.url, request));
};

const all = async () => {
    // case: exact values
    await test(p => p
        .uponReceiving('exact values')
        .withRequest(request = { method: 'GET', path: '/exact' })
        .willRespondWith({
            status: 200,
            headers: json,
            body: {
                ok: boolean(true),
                //[ exact-body-values
                id: 101,
                //]
                //[ exact-body-values
                name: 'Ann',
                //]
                //[ exact-body-values
                price: 9.5,
                //]
                //[ exact-body-values
                big: 12345678901,
                //]
                //[ exact-body-values
                'first-name': 'O\'Neil "${x}" `${y}` \\ \n\t\u0007\u2028 é 😀 // */ <!--',
                //]
                //[ exact-body-values
                'a "${key}" [0].b // é': 'x',
                //]
                //[ exact-body-values
                negative: -7,
                //]
            },
        }));

    // case: dates and ids
    await test(p => p
        .uponReceiving('dates and ids')
        .withRequest(request = { method: 'GET', path: '/dates' })
        .willRespondWith({
            status: 200,
            headers: json,
            body: {
                //[ exact-body-values
                createdAt: '2026-11-21T20:31:18Z',
                //]
                //[ exact-body-values
                changedAt: '2026-11-21T20:31:18.123+01:00',
                //]
                //[ exact-body-values
                seenAt: '2026-11-21T20:31:18',
                //]
                //[ exact-body-values
                born: '1990-02-28',
                //]
                //[ exact-body-values
                opens: '09:30:00',
                //]
                //[ exact-body-values
                lower: 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6',
                //]
                //[ exact-body-values
                upper: 'F81D4FAE-7DEC-41D0-A765-00A0C91E6BF6',
                //]
            },
        }));

    // case: lists and objects
    await test(p => p
        .uponReceiving('lists and objects')
        .withRequest(request = { method: 'GET', path: '/lists' })
        .willRespondWith({
            status: 200,
            headers: json,
            body: {
                user: {
                    address: {
                        //[ exact-body-values
                        street: 'Main Street 1',
                        //]
                    },
                },
                //[ exact-body-values
                items: [{ sku: 'A-1', count: 2, new: true }, { sku: 'B-2', count: 3, new: false }],
                //]
                //[ exact-body-values
                tags: ['red', 'blue'],
                //]
            },
        }));

    // case: an order by its id
    await test(p => p
        //[ missing-provider-state
        //]
        .uponReceiving('an order by its id')
        .withRequest(request = { method: 'GET', path: '/orders/7' })
        .willRespondWith({ status: 200, headers: json, body: like({ total: 9.5 }) }));

    // case: user one
    await test(p => p
        //[ state-name-with-id
        .given('user 101 exists')
        //]
        .uponReceiving('user one')
        .withRequest(request = { method: 'GET', path: '/users/101' })
        .willRespondWith({ status: 200, headers: json, body: like({ age: 9 }) }));
    // case: user two
    await test(p => p
        .given('user 102 exists')
        .uponReceiving('user two')
        .withRequest(request = { method: 'GET', path: '/users/102' })
        .willRespondWith({ status: 200, headers: json, body: like({ age: 9 }) }));

    // case: patterns
    await test(p => p
        .uponReceiving('patterns')
        .withRequest(request = { method: 'GET', path: '/patterns' })
        .willRespondWith({
            status: 200,
            headers: json,
            body: {
                //[ regex-unanchored
                state: regex(/NEW|PAID/, 'NEW'),
                //]
                //[ regex-accepts-anything
                anything: regex(/.*/, 'some text'),
                //]
                //[ date-format-suspicious
                due: date('YYYY-MM-DD', '2026-01-31'),
                //]
                //[ localhost-url
                next: 'http://localhost:1234/items/17?page=2',
                //]
            },
        }));

    // case: a list that may be empty
    await test(p => p
        .uponReceiving('a list that may be empty')
        .withRequest(request = { method: 'GET', path: '/cascade' })
        .willRespondWith({
            status: 200,
            headers: json,
            body: like({
                //[ cascade-overrides-literal
                status: 'ACTIVE',
                //]
                //[ type-at-root-hides-arrays
                lines: [{ sku: 'A-1', count: 2 }],
                //]
            }),
        }));

    // case: headers
    await test(p => p
        .uponReceiving('headers')
        .withRequest(request = { method: 'GET', path: '/headers' })
        .willRespondWith({
            status: 200,
            //[ volatile-header-exact
            headers: { Date: 'Sun, 06 Nov 1994 08:49:37 GMT' },
            //]
        }));

    // case: requests
    await test(p => p
        .uponReceiving('requests')
        .withRequest(request = {
            method: 'PATCH',
            path: '/requests',
            headers: json,
            //[ hard-coded-date
            query: { from: '2024-04-01' },
            //]
            body: {
                //[ hard-coded-uuid
                trace: 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6',
                //]
            },
        })
        .willRespondWith({ status: 204 }));

    // case: a path that cannot be sent
    await test(p => p
        .uponReceiving('a path that cannot be sent')
        .withRequest(request = {
            //[ regex-unanchored
            method: 'GET', path: regex('/things/\\d+', '/things/12'),
            //]
        })
        .willRespondWith({ status: 204 }));
};

// The interface for version 2, which has matchers of its own.
const old = async () => {
    if (!pact.PactV2) return;
    const { like, term, eachLike, integer, decimal, boolean, uuid } = pact.MatchersV2;
    const one = new pact.PactV2({ ...options('v2'), port: 0 });
    const server = await one.setup();
    await one.addInteraction({
        state: 'there is a thing',
        // case: exact values in version 2
        uponReceiving: 'exact values in version 2',
        withRequest: { method: 'GET', path: '/exact' },
        willRespondWith: {
            status: 200,
            headers: json,
            body: {
                //[ exact-body-values
                id: 101,
                //]
                //[ exact-body-values
                name: 'Ann "${x}" \\',
                //]
                //[ exact-body-values
                price: 9.5,
                //]
                //[ exact-body-values
                createdAt: '2026-11-21T20:31:18Z',
                //]
                //[ exact-body-values
                uid: 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6',
                //]
                //[ exact-body-values
                items: [{ sku: 'A-1', count: 2 }],
                //]
            },
        },
    });
    await fetch(new URL('/exact', server.url || one.mockService.baseUrl));
    await one.verify();
    await one.finalize();
};

all().then(old).catch(error => {
    console.error(error);
    process.exit(1);
});
