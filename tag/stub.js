window.clickthread =
  window.clickthread ||
  function () {
    (clickthread.q = clickthread.q || []).push(arguments);
  };
