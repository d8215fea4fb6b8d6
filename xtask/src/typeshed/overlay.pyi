# What typeshed hides or says otherwise than Python and its documentation, as stubs that are read before its own.
# `#: module` begins a module. A class without bases adds to the one of typeshed.

#: typing
# Typeshed gives these to type checkers as special forms.
import collections
List = list
Dict = dict
DefaultDict = collections.defaultdict
Set = set
FrozenSet = frozenset
Counter = collections.Counter
Deque = collections.deque
ChainMap = collections.ChainMap
OrderedDict = collections.OrderedDict
