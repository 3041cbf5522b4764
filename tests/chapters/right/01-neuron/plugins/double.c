/* Not a plugin: something to cut out. */
struct pair {
    int a, b;
};

/* Twice as much:
 *
 *     2 x
 */

/* The comment right above. */
int twice(int x)
{
    const char brace = '}';
    return brace == '}' ? 2 * x : 0; /* } */
}
